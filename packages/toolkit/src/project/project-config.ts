import { exitCodes, OperationError } from '@radiant/model';
import type { ConfigValue } from '../config/config-value.ts';
import { parseConfigValue } from '../config/config-value.ts';
import type { ProjectFile } from './project-file.ts';

type ConfigType = 'string' | 'integer' | 'boolean' | 'array' | 'object' | 'number';

/** One entry of Pulumi.yaml's `config:`: what type a value has, what it is when the stack does not say. */
interface Declaration {
  readonly key: string;
  readonly type: ConfigType | undefined;
  readonly default: unknown;
  readonly isSecret: boolean;
}

const types: ReadonlySet<string> = new Set<ConfigType>(['string', 'integer', 'boolean', 'array', 'object', 'number']);

/** The stack's values with the project's defaults behind them, each checked against its declared type. */
export function withProjectConfig(
  project: ProjectFile,
  stack: string,
  values: ReadonlyMap<string, ConfigValue>,
): ReadonlyMap<string, ConfigValue> {
  const merged = new Map(values);
  for (const declaration of Object.entries(project.config).map(([key, value]) => declare(project, key, value))) {
    const given = values.get(declaration.key);
    if (given === undefined && declaration.default !== undefined) {
      const value = parseConfigValue(declaration.default, `${project.path}: config.${declaration.key}`);
      merged.set(declaration.key, declared(declaration, value));
      continue;
    }
    if (given === undefined) {
      if (declaration.type === undefined) continue;
      throw validation(
        `Stack '${stack}' is missing configuration value '${shown(declaration.key, project)}'`,
        `radiant config set ${shown(declaration.key, project)} <value>`,
      );
    }
    if (!isOfType(given, declaration.type)) {
      throw validation(
        `Stack '${stack}' with configuration key '${shown(declaration.key, project)}' must be of type '${declaration.type}'`,
        `radiant config set ${shown(declaration.key, project)} <value>`,
      );
    }
    merged.set(declaration.key, declared(declaration, given));
  }
  return merged;
}

/** What the project declares secret is secret, though it is written in the clear. */
function declared({ isSecret }: Declaration, value: ConfigValue): ConfigValue {
  return isSecret && value.kind !== 'sealed' ? { ...value, isSecret } : value;
}

function declare(project: ProjectFile, name: string, value: unknown): Declaration {
  const key = name.includes(':') ? name : `${project.name}:${name}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { key, type: undefined, default: value ?? undefined, isSecret: false };
  const {
    type,
    default: fallback,
    value: fixed,
    secret,
  } = value as { type?: unknown; default?: unknown; value?: unknown; secret?: unknown };
  if (type !== undefined && (typeof type !== 'string' || !types.has(type))) {
    throw new OperationError({
      code: 'PROJECT_INVALID',
      summary: `could not load the project ${project.path}: config.${name}: the type ${JSON.stringify(type)} is none of ${[...types].join(', ')}`,
      exitCode: exitCodes.configuration,
    });
  }
  return {
    key,
    type: type as ConfigType | undefined,
    default: fallback ?? fixed ?? undefined,
    isSecret: secret === true,
  };
}

function isOfType(value: ConfigValue, type: ConfigType | undefined): boolean {
  if (type === undefined || value.kind === 'sealed') return true;
  if (value.kind === 'object') return type === (Array.isArray(value.value) ? 'array' : 'object');
  switch (type) {
    case 'string':
      return true;
    case 'integer':
      return /^[+-]?\d+$/.test(value.text);
    case 'number':
      return value.text.trim() !== '' && Number.isFinite(Number(value.text));
    case 'boolean':
      return value.text === 'true' || value.text === 'false';
    case 'array':
    case 'object':
      return false;
  }
}

function shown(key: string, project: ProjectFile): string {
  return key.startsWith(`${project.name}:`) ? key.slice(project.name.length + 1) : key;
}

function validation(text: string, command: string): OperationError {
  return new OperationError({
    code: 'CONFIG_INVALID',
    summary: `validating stack config: ${text}`,
    remedy: `Set it:\n    ${command}`,
    exitCode: exitCodes.configuration,
  });
}

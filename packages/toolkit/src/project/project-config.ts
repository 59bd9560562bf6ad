import { exitCodes, OperationError } from '@radiant/model';
import { prettyConfigKey } from '../config/config-key.ts';
import { type ConfigValue, containsSealed, parseConfigValue } from '../config/config-value.ts';
import {
  type ConfigDeclaration,
  type ConfigType,
  configDeclarations,
  isOfType,
  typeText,
} from './config-declarations.ts';
import { type ProjectFile, stackFilePath } from './project-file.ts';

/** The stack's values with the project's behind them. Nothing is checked: whoever mends a configuration must see it. */
export function withProjectConfig(
  project: ProjectFile,
  values: ReadonlyMap<string, ConfigValue>,
): ReadonlyMap<string, ConfigValue> {
  const merged = new Map(values);
  for (const declaration of configDeclarations(project)) {
    const { key, default: fallback } = declaration;
    const place = `${project.path}: config.${declaration.name}`;
    const value = values.get(key) ?? (fallback === undefined ? undefined : parseConfigValue(fallback, place));
    if (value !== undefined) merged.set(key, declared(declaration, value));
  }
  return merged;
}

/** What the project declares secret is secret, though it is written in the clear. */
function declared({ isSecret }: ConfigDeclaration, value: ConfigValue): ConfigValue {
  return isSecret && value.kind !== 'sealed' ? { ...value, isSecret } : value;
}

/** A configuration as it is about to be given to a program. */
interface CheckedConfig {
  /** With the project's values behind those of the stack. */
  readonly values: ReadonlyMap<string, ConfigValue>;
  /** The same opened; structures as JSON text. */
  readonly texts: { readonly [key: string]: string };
  /** Keys that the stack file itself has. */
  readonly own: ReadonlySet<string>;
}

/** Checks a configuration against what the project declares. Throws `CONFIG_INVALID` in Pulumi's words, with file, key, type and the command that mends it. */
export function checkProjectConfig(project: ProjectFile, stack: string, config: CheckedConfig): void {
  const declarations = configDeclarations(project);
  const file = stackFilePath(project, stack);
  const missing = declarations.filter(({ key, isRequired }) => isRequired && !config.values.has(key));
  if (missing.length > 0) throw missingValues(missing, stack, file);
  for (const declaration of declarations) {
    const { key, type, isSecret } = declaration;
    const value = config.values.get(key);
    // The project's own values were checked when it was read.
    if (value === undefined || type === undefined || !config.own.has(key)) continue;
    const command = setCommand(declaration, type, project, stack);
    const what = `Stack '${stack}' with configuration key '${declaration.name}' must be`;
    const declaredIn = `${project.path} declares it: ${typeText(type)}${isSecret ? ', secret' : ''}.`;
    if (isSecret && !isSealed(value)) {
      const detail = `${key} is in the clear in ${file}. ${declaredIn}`;
      throw invalid(`${what} encrypted as it's secret`, detail, `Encrypt it:\n    ${command}`);
    }
    if (!isOfType(contentOf(value, type, config.texts[key]!), type)) {
      const detail = `${key} in ${file} is ${kindOf(value, config.texts[key]!)}. ${declaredIn}`;
      throw invalid(`${what} of type '${typeText(type)}'`, detail, `Set it:\n    ${command}`);
    }
  }
}

function isSealed(value: ConfigValue): boolean {
  return value.kind === 'sealed' || (value.kind === 'object' && containsSealed(value.value));
}

/** A structure may be sealed as a whole: as its JSON text. */
function contentOf(value: ConfigValue, type: ConfigType, text: string): unknown {
  const isStructure = type.name === 'array' || type.name === 'object';
  if (value.kind === 'plain' || (value.kind === 'sealed' && !isStructure)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function kindOf(value: ConfigValue, text: string): string {
  if (value.kind === 'object') return Array.isArray(value.value) ? 'a list' : 'a map';
  return isSealed(value) || (value.kind === 'plain' && value.isSecret)
    ? 'a secret text'
    : `the text ${JSON.stringify(text)}`;
}

function setCommand(declaration: ConfigDeclaration, type: ConfigType, project: ProjectFile, stack: string): string {
  const key = prettyConfigKey(declaration.key, project.name);
  const secret = declaration.isSecret ? '--secret ' : '';
  const form = {
    array: `--path '${key}[0]' <${type.name === 'array' && type.items !== undefined ? typeText(type.items) : 'value'}>`,
    object: `--path '${key}.name' <value>`,
  };
  const what = type.name === 'array' || type.name === 'object' ? form[type.name] : `${key} <${type.name}>`;
  return `radiant config set --stack ${stack} ${secret}${what}`;
}

function missingValues(missing: readonly ConfigDeclaration[], stack: string, file: string): OperationError {
  const names = missing.map(({ name }) => `'${name}'`);
  const listed = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const types = missing.map(({ name, type }) => `${name}${type === undefined ? '' : ` (${typeText(type)})`}`);
  const lines = missing.map(
    ({ name, isSecret }) => `    radiant config set --stack ${stack} ${isSecret ? '--secret ' : ''}${name} <value>`,
  );
  return invalid(
    `Stack '${stack}' is missing configuration ${missing.length === 1 ? 'value' : 'values'} ${listed}`,
    `The project declares ${types.join(', ')} without a default, and ${file} does not set ${missing.length === 1 ? 'it' : 'them'}.`,
    `Set ${missing.length === 1 ? 'it' : 'them'}:\n${lines.join('\n')}`,
  );
}

function invalid(text: string, detail: string, remedy: string): OperationError {
  return new OperationError({
    code: 'CONFIG_INVALID',
    summary: `validating stack config: ${text}`,
    detail,
    remedy,
    exitCode: exitCodes.configuration,
  });
}

import { exitCodes, OperationError } from '@radiant/model';
import type { ProjectFile } from './project-file.ts';

/** `array` without `items` is a list of anything. */
export type ConfigType =
  | { readonly name: 'string' | 'integer' | 'boolean' | 'number' | 'object' }
  | { readonly name: 'array'; readonly items: ConfigType | undefined };

/** One entry of Pulumi.yaml's `config:`: what type a value has, what it is when the stack does not say. */
export interface ConfigDeclaration {
  /** As Pulumi.yaml spells it. */
  readonly name: string;
  /** `namespace:name` */
  readonly key: string;
  readonly type: ConfigType | undefined;
  readonly default: unknown;
  readonly isSecret: boolean;
  /** Whether a stack must have it: a key of the project itself that has no default. */
  readonly isRequired: boolean;
}

const typeNames = ['string', 'integer', 'boolean', 'number', 'array', 'object'] as const;

/** What the project says of configuration, in the order of the keys. Throws PROJECT_INVALID with file, key and what is expected. */
export function configDeclarations(project: ProjectFile): readonly ConfigDeclaration[] {
  return Object.entries(project.config)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => declare(project, name, value));
}

function declare(project: ProjectFile, name: string, value: unknown): ConfigDeclaration {
  const key = name.includes(':') ? name : `${project.name}:${name}`;
  const isOwn = key.startsWith(`${project.name}:`);
  const fields = isMap(value) ? value : { value: value ?? undefined };
  const fallback = fields.default ?? fields.value ?? undefined;
  if (isMap(value) && !isOwn && (fields.type !== undefined || fields.default !== undefined)) {
    const what = fields.type !== undefined ? 'type' : 'default';
    throw invalid(
      project,
      name,
      `the project declares keys of its own only, and "${name}" belongs to another package: it takes "value", not "${what}"`,
      `Give every stack of the project the value:\n    config:\n      ${name}:\n        value: …`,
    );
  }
  const type = fields.type === undefined ? undefined : parseType(project, name, fields.type, fields.items);
  if (type !== undefined && fallback !== undefined && !isOfType(fallback, type)) {
    throw invalid(
      project,
      name,
      `The default value specified for configuration key '${name}' is not of the expected type '${typeText(type)}'`,
    );
  }
  const isRequired = isOwn && fallback === undefined;
  return { name, key, type, default: fallback, isSecret: fields.secret === true, isRequired };
}

function parseType(project: ProjectFile, name: string, type: unknown, items: unknown): ConfigType {
  const known = typeNames.find((text) => text === type);
  if (known === undefined)
    throw invalid(project, name, `the type ${JSON.stringify(type)} is none of ${typeNames.join(', ')}`);
  if (known !== 'array') return { name: known };
  if (items === undefined || items === null) return { name: 'array', items: undefined };
  if (!isMap(items)) throw invalid(project, name, '"items" says what a list holds: items: {type: string}');
  return { name: 'array', items: parseType(project, name, items.type, items.items) };
}

/** As Pulumi writes types: `array<string>`. */
export function typeText(type: ConfigType): string {
  if (type.name !== 'array') return type.name;
  return type.items === undefined ? 'array' : `array<${typeText(type.items)}>`;
}

/** Scalars may be given as text: that is how a stack file is read. */
export function isOfType(value: unknown, type: ConfigType): boolean {
  switch (type.name) {
    case 'string':
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    case 'integer':
      return typeof value === 'number' ? Number.isInteger(value) : isText(value, /^[+-]?\d+$/);
    case 'number':
      return typeof value === 'number' || (isText(value, /\S/) && Number.isFinite(Number(value)));
    case 'boolean':
      return typeof value === 'boolean' || isText(value, /^(true|false)$/);
    case 'object':
      return isMap(value);
    case 'array': {
      const { items } = type;
      return Array.isArray(value) && (items === undefined || value.every((item) => isOfType(item, items)));
    }
  }
}

function isText(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value);
}

function isMap(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(project: ProjectFile, name: string, why: string, remedy?: string): OperationError {
  return new OperationError({
    code: 'PROJECT_INVALID',
    summary: `could not load the project ${project.path}: config.${name}: ${why}`,
    remedy,
    exitCode: exitCodes.configuration,
  });
}

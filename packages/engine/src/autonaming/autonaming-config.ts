import { exitCodes, OperationError } from '@radiant/model';
import type { OperationRequest } from '../operation/request.ts';
import { type NamePattern, type PatternContext, PatternError, parsePattern } from './name-pattern.ts';

/** How a resource without a name of its own gets one. */
export type NamingRule =
  /** As the provider likes. */
  | { readonly kind: 'default' }
  /** As the resource is called in the program. */
  | { readonly kind: 'verbatim' }
  /** Not at all: the program must say it. */
  | { readonly kind: 'disabled' }
  | { readonly kind: 'pattern'; readonly pattern: NamePattern; readonly isEnforced: boolean };

export interface AutonamingConfig {
  readonly rule: NamingRule;
  readonly providers: ReadonlyMap<string, ProviderNaming>;
}

export interface ProviderNaming {
  /** Absent: what holds for all providers. */
  readonly rule?: NamingRule;
  /** By resource type. */
  readonly resources: ReadonlyMap<string, NamingRule>;
}

export const autonamingKey = 'pulumi:autonaming';

/**
 * Reads the configuration `pulumi:autonaming` (engine reference 7.10). Undefined when there is none. Throws
 * OperationError with the key that is wrong, in Pulumi's words where it has some.
 */
export function readAutonaming(request: OperationRequest): AutonamingConfig | undefined {
  const { config, configSecretKeys } = request;
  if (!Object.hasOwn(config, autonamingKey)) return undefined;
  if (configSecretKeys.includes(autonamingKey)) throw invalid([], 'it holds a secret, and names are no place for one');
  const section = sectionOf(parseJson(config[autonamingKey]!), [], [...ruleFields, 'providers']);
  const context = patternContext(request);
  return {
    rule: readRule(section, [], context) ?? { kind: 'default' },
    providers: mapOf(section.providers, ['providers'], (item, path) => {
      const provider = sectionOf(item, path, [...ruleFields, 'resources']);
      const rule = readRule(provider, path, context);
      return {
        ...(rule === undefined ? {} : { rule }),
        resources: mapOf(
          provider.resources,
          [...path, 'resources'],
          (item, path) => readRule(sectionOf(item, path, ruleFields), path, context) ?? ({ kind: 'default' } as const),
        ),
      };
    }),
  };
}

type Section = { readonly [field: string]: unknown };
type Path = readonly string[];

const ruleFields = ['mode', 'pattern', 'enforce'];

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function sectionOf(value: unknown, path: Path, fields: readonly string[]): Section {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(path, `invalid autonaming config structure: it should be a map of ${fields.join(', ')}`);
  const unknown = Object.keys(value).find((field) => !fields.includes(field));
  if (unknown !== undefined)
    throw invalid(
      [...path, unknown],
      `invalid autonaming config structure: there is no such field; there are ${fields.join(', ')}`,
    );
  return value as Section;
}

function mapOf<Item>(value: unknown, path: Path, read: (item: unknown, path: Path) => Item): ReadonlyMap<string, Item> {
  if (value === undefined || value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value))
    throw invalid(path, 'invalid autonaming config structure: it should be a map');
  return new Map(Object.entries(value).map(([key, item]) => [key, read(item, [...path, key])]));
}

/** Undefined when the section says nothing of names. */
function readRule(section: Section, path: Path, context: PatternContext): NamingRule | undefined {
  const { mode, pattern, enforce } = section;
  if (mode !== undefined && (pattern !== undefined || enforce !== undefined))
    throw invalid(path, 'cannot specify both mode and pattern/enforce');
  if (mode !== undefined) return { kind: readMode(mode, [...path, 'mode']) };
  const isEnforced = readFlag(enforce, [...path, 'enforce']);
  if (pattern === undefined) {
    if (enforce === undefined) return undefined;
    throw invalid([...path, 'enforce'], 'there is no pattern to enforce');
  }
  if (typeof pattern !== 'string') throw invalid([...path, 'pattern'], 'it should be a text');
  try {
    return { kind: 'pattern', pattern: parsePattern(pattern, context), isEnforced };
  } catch (error) {
    if (error instanceof PatternError) throw invalid([...path, 'pattern'], error.message);
    throw error;
  }
}

function readMode(mode: unknown, path: Path): 'default' | 'verbatim' | 'disabled' {
  if (mode === 'default' || mode === 'verbatim' || mode === 'disabled') return mode;
  throw invalid(path, `invalid naming mode: ${String(mode)}; there are default, verbatim and disabled`);
}

/** Values of a stack file are texts. */
function readFlag(value: unknown, path: Path): boolean {
  if (value === undefined) return false;
  const text = String(value);
  if (text === 'true' || text === 'false') return text === 'true';
  throw invalid(path, 'it should be true or false');
}

function patternContext({ organization, project, stack, config, configSecretKeys }: OperationRequest): PatternContext {
  return {
    organization,
    project,
    stack,
    config(path) {
      const value = configValue(config, project, path);
      if (value === undefined) throw new PatternError(`no value found for key "${path}"`);
      const key = `${project}:${path.split('.')[0]}`;
      if (configSecretKeys.includes(`${project}:${path}`) || configSecretKeys.includes(key))
        throw new PatternError(`"\${config.${path}}" is a secret, and names are no place for one`);
      return value;
    },
  };
}

/** A value of the project's own configuration, or what lies at a path of keys in a structured one. */
function configValue(config: OperationRequest['config'], project: string, path: string): string | undefined {
  if (Object.hasOwn(config, `${project}:${path}`)) return config[`${project}:${path}`];
  const [first, ...rest] = path.split('.');
  const key = `${project}:${first}`;
  let value: unknown = Object.hasOwn(config, key) ? parseJson(config[key]!) : undefined;
  for (const field of rest) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
    value = (value as Section)[field];
  }
  return typeof value === 'object' || value === undefined ? undefined : String(value);
}

function invalid(path: Path, problem: string): OperationError {
  const place = path.map((key) => (/^[\w-]+$/.test(key) ? `.${key}` : `["${key}"]`)).join('');
  return new OperationError({
    code: 'AUTONAMING_INVALID',
    summary: `invalid autonaming config: ${autonamingKey}${place}: ${problem}`,
    remedy: `Correct it:\n    radiant config set --path '${autonamingKey}${place}' <value>`,
    exitCode: exitCodes.configuration,
  });
}

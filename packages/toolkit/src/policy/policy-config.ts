import { readFile } from 'node:fs/promises';
import { type EnforcementLevel, exitCodes, OperationError, type PropertyMap, type PropertyValue } from '@radiant/model';
import type { AnalyzerDescription, PolicyDescription, PolicySettings } from '@radiant/protocol';
import { Ajv } from 'ajv';

/** What a person sets of one policy. */
interface PolicyEntry {
  readonly level?: EnforcementLevel;
  readonly properties: PropertyMap;
}

/** What a person sets of the policies of a pack: by name, and of all. */
export interface PolicyConfig {
  readonly file: string;
  readonly entries: ReadonlyMap<string, PolicyEntry>;
}

const levels: readonly EnforcementLevel[] = ['advisory', 'mandatory', 'remediate', 'disabled'];

/** The name that stands for every policy of a pack. */
const everyPolicy = 'all';

/** Reads a file of `--policy-pack-config` (engine reference 5.3). Throws OperationError with the file and the entry. */
export async function readPolicyConfig(file: string): Promise<PolicyConfig> {
  const parsed = parse(await read(file), file);
  if (!isMap(parsed)) throw invalid(file, 'it is not an object of policy names');
  const { environments, ...policies } = parsed;
  if (environments !== undefined) throw invalid(file, 'it names "environments", which only Pulumi ESC could open');
  const entries = Object.entries(policies);
  return { file, entries: new Map(entries.map(([name, value]) => [name, entryOf(file, name, value)])) };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw invalid(file, (error as Error).message);
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(file, (error as Error).message);
  }
}

function entryOf(file: string, name: string, value: unknown): PolicyEntry {
  if (typeof value === 'string') return { level: levelOf(file, name, value), properties: {} };
  if (!isMap(value)) throw invalid(file, `"${name}" is neither a level nor an object`);
  const { enforcementLevel, ...properties } = value;
  return {
    ...(enforcementLevel !== undefined && { level: levelOf(file, name, enforcementLevel) }),
    properties: properties as PropertyMap,
  };
}

function levelOf(file: string, name: string, value: unknown): EnforcementLevel {
  const level = levels.find((known) => known === value);
  if (level !== undefined) return level;
  throw invalid(file, `the level of "${name}" is ${JSON.stringify(value)}, and can be ${levels.join(', ')}`);
}

/**
 * How every policy of a pack is set: the defaults of its schema, then what the pack begins with, then what the person
 * says. Throws OperationError for names that the pack does not have, and for values that a policy does not accept.
 */
export function settingsOfPack(
  description: AnalyzerDescription,
  given: PolicyConfig | undefined,
): ReadonlyMap<string, PolicySettings> {
  const names = new Set(description.policies.map(({ name }) => name));
  const strangers = [...(given?.entries.keys() ?? [])].filter((name) => name !== everyPolicy && !names.has(name));
  if (strangers.length > 0)
    throw invalid(given!.file, `the pack "${description.name}" has no policy "${strangers.join('", "')}"`);
  return new Map(description.policies.map((policy) => [policy.name, settingsOf(description, policy, given)]));
}

function settingsOf(
  { name: pack, initialConfig }: AnalyzerDescription,
  { name, level, schema }: PolicyDescription,
  given: PolicyConfig | undefined,
): PolicySettings {
  const initial = initialConfig.get(name);
  const [own, all] = [given?.entries.get(name), given?.entries.get(everyPolicy)];
  const properties = { ...defaultsOf(schema), ...initial?.properties, ...own?.properties };
  assertValid(pack, name, schema, properties);
  return {
    level: own?.level ?? all?.level ?? initial?.level ?? level,
    properties,
  };
}

function defaultsOf(schema: PolicyDescription['schema']): PropertyMap {
  const defaults = Object.entries(schema?.properties ?? {}).flatMap(([name, property]): [string, PropertyValue][] =>
    isMap(property) && property.default !== undefined ? [[name, property.default as PropertyValue]] : [],
  );
  return Object.fromEntries(defaults);
}

function assertValid(pack: string, policy: string, schema: PolicyDescription['schema'], properties: PropertyMap): void {
  if (schema === undefined) return;
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  const validate = ajv.compile({ type: 'object', properties: schema.properties, required: [...schema.required] });
  if (validate(properties)) return;
  const lines = (validate.errors ?? []).map(
    ({ instancePath, message }) => `  ${instancePath.slice(1).replaceAll('/', '.') || policy}: ${message}`,
  );
  throw new OperationError({
    code: 'POLICY_CONFIG_INVALID',
    summary: `the configuration of policy "${policy}" of pack "${pack}" is not what it accepts`,
    detail: lines.join('\n'),
    remedy: `Set it in a file of JSON: {"${policy}": {…}}, and name that with --policy-pack-config.`,
    exitCode: exitCodes.configuration,
  });
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(file: string, why: string): OperationError {
  return new OperationError({
    code: 'POLICY_CONFIG_INVALID',
    summary: `the policy configuration ${file} cannot be used: ${why}`,
    remedy:
      'It is an object of policies: {"<policy, or all>": "mandatory"} or {"<policy>": {"enforcementLevel": "advisory", …}}',
    exitCode: exitCodes.configuration,
  });
}

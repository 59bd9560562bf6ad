import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '@radiant/model';
import { parse } from 'yaml';

/** What a PulumiPlugin.yaml or PulumiPolicy.yaml says about the sources beside it. */
export interface PluginManifest {
  readonly runtime: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Of a policy pack; those in Python know none. */
  readonly version: string | undefined;
}

const files = {
  plugin: ['PulumiPlugin.yaml', 'PulumiPlugin.yml'],
  'policy pack': ['PulumiPolicy.yaml', 'PulumiPolicy.yml'],
} as const;

/** What a folder of sources may be. */
export type SourceKind = keyof typeof files;

/** The manifest of a folder of sources; undefined when it has none. */
export function manifestFile(kind: SourceKind, dir: string): string | undefined {
  return files[kind].map((name) => join(dir, name)).find((file) => existsSync(file));
}

/** Throws OperationError with the file and what is expected in it. */
export function readManifest(kind: SourceKind, dir: string): PluginManifest {
  const file = manifestFile(kind, dir);
  if (file === undefined) throw invalid(kind, join(dir, files[kind][0]), 'it is missing');
  const yaml = parseFile(kind, file);
  const { runtime, version: given } = isRecord(yaml) ? yaml : {};
  const version = typeof given === 'string' || typeof given === 'number' ? String(given) : undefined;
  if (typeof runtime === 'string') return { runtime, options: {}, version };
  if (isRecord(runtime) && typeof runtime.name === 'string') {
    const { name, options } = runtime;
    if (options === undefined || options === null) return { runtime: name, options: {}, version };
    if (isRecord(options)) return { runtime: name, options, version };
  }
  throw invalid(kind, file, '"runtime" is a name, or a map with "name" and "options"');
}

function parseFile(kind: SourceKind, file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 });
  } catch (error) {
    throw invalid(kind, file, (error as Error).message.split('\n')[0]!);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(kind: SourceKind, file: string, why: string): OperationError {
  return new OperationError({
    code: kind === 'plugin' ? 'PLUGIN_INVALID' : 'POLICY_PACK_INVALID',
    summary: `could not load the ${kind} of ${file}: ${why}`,
    remedy: 'It names the runtime of the sources beside it:\n    runtime: nodejs',
  });
}

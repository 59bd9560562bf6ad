import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '@radiant/model';
import { parse } from 'yaml';

/** What a PulumiPlugin.yaml says about the runtime of a plugin's sources. */
export interface PluginManifest {
  readonly runtime: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const names = ['PulumiPlugin.yaml', 'PulumiPlugin.yml'] as const;

/** The manifest of a folder of sources; undefined when it has none. */
export function manifestFile(dir: string): string | undefined {
  return names.map((name) => join(dir, name)).find((file) => existsSync(file));
}

/** Throws OperationError with the file and what is expected in it. */
export function readManifest(dir: string): PluginManifest {
  const file = manifestFile(dir);
  if (file === undefined) throw invalid(join(dir, names[0]), 'it is missing');
  const yaml = parseFile(file);
  const runtime = isRecord(yaml) ? yaml.runtime : undefined;
  if (typeof runtime === 'string') return { runtime, options: {} };
  if (isRecord(runtime) && typeof runtime.name === 'string') {
    const { name, options } = runtime;
    if (options === undefined || options === null) return { runtime: name, options: {} };
    if (isRecord(options)) return { runtime: name, options };
  }
  throw invalid(file, '"runtime" is a name, or a map with "name" and "options"');
}

function parseFile(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 });
  } catch (error) {
    throw invalid(file, (error as Error).message.split('\n')[0]!);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(file: string, why: string): OperationError {
  return new OperationError({
    code: 'PLUGIN_INVALID',
    summary: `could not load the plugin of ${file}: ${why}`,
    remedy: 'It names the runtime of the sources beside it:\n    runtime: nodejs',
  });
}

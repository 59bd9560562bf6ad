import path from 'node:path';
import type { ProjectPlugin } from '@radiant/hosts';
import { exitCodes, OperationError } from '@radiant/model';
import { mapAt, textAt } from './yaml-file.ts';

type YamlMap = Record<string, unknown>;

/** The provider plugins that a project names by their folders: `plugins.providers`, and local `packages` (engine reference 1.9). */
export function parsePlugins(file: string, yaml: YamlMap): readonly ProjectPlugin[] {
  const plugins = mapAt(file, yaml, 'plugins');
  const listed = plugins?.providers ?? [];
  if (!Array.isArray(listed)) throw invalid(file, 'plugins.providers is a list');
  return [
    ...listed.map((entry: unknown, index) => parseProvider(file, entry, `plugins.providers[${index}]`)),
    ...parsePackages(file, mapAt(file, yaml, 'packages') ?? {}),
  ];
}

function parseProvider(file: string, entry: unknown, place: string): ProjectPlugin {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw invalid(file, `${place} has a name and a path`);
  const name = textAt(file, entry as YamlMap, 'name');
  const location = textAt(file, entry as YamlMap, 'path');
  const version = textAt(file, entry as YamlMap, 'version');
  if (name === undefined || location === undefined) throw invalid(file, `${place} has a name and a path`);
  return plugin(file, name, location, version);
}

/** Packages from a registry or a repository are found by their names; only folders are places of their own. */
function parsePackages(file: string, packages: YamlMap): ProjectPlugin[] {
  return Object.entries(packages).flatMap(([name, spec]) => {
    const source = typeof spec === 'string' ? spec : sourceOf(file, name, spec);
    return /^(\.{1,2}([/\\]|$)|[/~])/.test(source) ? [plugin(file, name, source, undefined)] : [];
  });
}

function sourceOf(file: string, name: string, spec: unknown): string {
  const source = typeof spec === 'object' && spec !== null ? textAt(file, spec as YamlMap, 'source') : undefined;
  if (source === undefined) throw invalid(file, `packages.${name} is a source, or a map with "source"`);
  return source;
}

function plugin(file: string, name: string, location: string, version: string | undefined): ProjectPlugin {
  return {
    name,
    path: path.resolve(path.dirname(file), location),
    ...(version === undefined ? {} : { version }),
  };
}

function invalid(file: string, why: string): OperationError {
  return new OperationError({
    code: 'PROJECT_INVALID',
    summary: `could not load the project ${file}: ${why}`,
    remedy: 'plugins:\n  providers:\n    - name: shelf\n      path: ./plugins/shelf',
    exitCode: exitCodes.configuration,
  });
}

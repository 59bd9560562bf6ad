import path from 'node:path';
import type { ProjectPlugin } from '@radiant/hosts';
import { exitCodes, OperationError } from '@radiant/model';
import { mapAt, textAt } from './yaml-file.ts';

type YamlMap = Record<string, unknown>;

/** What serves a package that a project lists under `packages`. */
export type ProjectPackage = {
  /** What makes the plugin serve the package, as words. */
  readonly parameters: readonly string[];
} & (
  | { readonly kind: 'plugin'; readonly name: string; readonly version?: string }
  /** Absolute: a folder of sources or with an executable, or the executable itself. */
  | { readonly kind: 'local'; readonly path: string }
);

/** `plugins.providers` of a project: plugins by their folders (engine reference 1.9). */
export function parsePlugins(file: string, yaml: YamlMap): readonly ProjectPlugin[] {
  const listed = mapAt(file, yaml, 'plugins')?.providers ?? [];
  if (!Array.isArray(listed)) throw invalid(file, 'plugins.providers is a list', pluginsExample);
  return listed.map((entry: unknown, index) => parseProvider(file, entry, `plugins.providers[${index}]`));
}

/** `packages` of a project, by the names of the packages (engine reference 1.9). */
export function parsePackages(file: string, yaml: YamlMap): ReadonlyMap<string, ProjectPackage> {
  const packages = Object.entries(mapAt(file, yaml, 'packages') ?? {});
  return new Map(packages.map(([name, spec]) => [name, parsePackage(file, name, spec)]));
}

function parseProvider(file: string, entry: unknown, place: string): ProjectPlugin {
  const map = asMap(entry);
  const name = map && textAt(file, map, 'name');
  const location = map && textAt(file, map, 'path');
  const version = map && textAt(file, map, 'version');
  if (name === undefined || location === undefined)
    throw invalid(file, `${place} has a name and a path`, pluginsExample);
  return { name, path: resolveIn(file, location), ...(version !== undefined && { version }) };
}

function parsePackage(file: string, name: string, spec: unknown): ProjectPackage {
  const map = typeof spec === 'string' ? { source: spec } : asMap(spec);
  const source = map && textAt(file, map, 'source');
  if (map === undefined || source === undefined)
    throw invalid(file, `packages.${name} is a source, or a map with "source"`, packagesExample);
  const parameters = map.parameters ?? [];
  if (!Array.isArray(parameters) || !parameters.every((each) => ['string', 'number', 'boolean'].includes(typeof each)))
    throw invalid(file, `packages.${name}.parameters is a list of words`, packagesExample);
  const words = parameters.map(String);
  if (isPath(source)) return { kind: 'local', path: resolveIn(file, source), parameters: words };
  const [, plugin, sourceVersion] = /^(.+?)(?:@([^@/]+))?$/.exec(source)!;
  const version = textAt(file, map, 'version') ?? sourceVersion;
  // A repository or a registry is where others download from; what was installed goes by the name of the package.
  const base = plugin!.includes('/') ? name : plugin!;
  return { kind: 'plugin', name: base, ...(version !== undefined && { version }), parameters: words };
}

function isPath(source: string): boolean {
  return path.isAbsolute(source) || /^\.{1,2}([/\\]|$)/.test(source);
}

function resolveIn(file: string, location: string): string {
  return path.resolve(path.dirname(file), location);
}

function asMap(value: unknown): YamlMap | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as YamlMap) : undefined;
}

const pluginsExample = 'plugins:\n  providers:\n    - name: shelf\n      path: ./plugins/shelf';

const packagesExample = 'packages:\n  shelf: ./plugins/shelf\n  random:\n    source: random\n    version: 4.21.2';

function invalid(file: string, why: string, example: string): OperationError {
  return new OperationError({
    code: 'PROJECT_INVALID',
    summary: `could not load the project ${file}: ${why}`,
    remedy: example,
    exitCode: exitCodes.configuration,
  });
}

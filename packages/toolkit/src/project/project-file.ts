import path from 'node:path';
import type { ProjectPlugin } from '@radiant/hosts';
import { exitCodes, OperationError } from '@radiant/model';
import type { Project } from '../api.ts';
import { readTextFile } from '../json-file.ts';
import { type ProjectPackage, parsePackages, parsePlugins } from './project-plugins.ts';
import { mapAt, parseYamlMap, textAt } from './yaml-file.ts';

const fileNames = ['Pulumi.yaml', 'Pulumi.yml', 'Pulumi.json'] as const;

/** What Pulumi.yaml says, checked. Keys that this version does not use are left alone. */
export interface ProjectFile {
  readonly path: string;
  readonly dir: string;
  readonly name: string;
  readonly runtime: string;
  readonly runtimeOptions: { readonly [option: string]: unknown };
  readonly main: string | undefined;
  readonly description: string | undefined;
  readonly backendUrl: string | undefined;
  readonly stackConfigDir: string | undefined;
  /** The file that holds the configuration of whichever stack is worked on, when the person named one (`--config-file`). */
  readonly stackConfigFile?: string | undefined;
  readonly config: { readonly [key: string]: unknown };
  readonly refreshAlways: boolean;
  /** Plugins that the project brings itself. */
  readonly plugins: readonly ProjectPlugin[];
  /** What serves the packages that it lists. */
  readonly packages: ReadonlyMap<string, ProjectPackage>;
}

/** The nearest project file at or above `dir`; undefined when there is none. */
export async function findProjectFile(dir: string): Promise<ProjectFile | undefined> {
  for (let current = path.resolve(dir); ; current = path.dirname(current)) {
    for (const name of fileNames) {
      const file = path.join(current, name);
      const text = await readTextFile(file);
      if (text !== undefined) return parseProjectFile(file, text);
    }
    if (current === path.dirname(current)) return undefined;
  }
}

/** What stands for the project in a folder that is in none: it has no name, so no stack is its own. */
export function noProjectFile(cwd: string): ProjectFile {
  return {
    path: path.join(cwd, 'Pulumi.yaml'),
    dir: cwd,
    name: '',
    runtime: '',
    runtimeOptions: {},
    main: undefined,
    description: undefined,
    backendUrl: undefined,
    stackConfigDir: undefined,
    config: {},
    refreshAlways: false,
    plugins: [],
    packages: new Map(),
  };
}

export function noProject(cwd: string): OperationError {
  return new OperationError({
    code: 'PROJECT_NOT_FOUND',
    summary: `no Pulumi.yaml project file found (searching upwards from ${cwd}). If you have not created a project yet, use \`pulumi new\` to do so`,
    remedy: 'Make one:\n    radiant new\nOr name its folder:\n    radiant -C path/to/project ...',
  });
}

/** Throws OperationError with the file, the key and what is expected there. */
export function parseProjectFile(file: string, text: string): ProjectFile {
  const yaml = parseYamlMap(file, text);
  const name = textAt(file, yaml, 'name');
  if (name === undefined) throw missing(file, 'name', 'name: day-service');
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(name)) {
    throw invalidProject(
      file,
      `"name" is ${JSON.stringify(name)}; a project's name has 1 to 100 letters, digits, "-", "_" and "."`,
    );
  }
  const runtime = parseRuntime(file, yaml.runtime);
  const backend = mapAt(file, yaml, 'backend');
  const options = mapAt(file, yaml, 'options');
  return {
    path: file,
    dir: path.dirname(file),
    name,
    ...runtime,
    main: textAt(file, yaml, 'main'),
    description: textAt(file, yaml, 'description'),
    backendUrl: backend === undefined ? undefined : textAt(file, backend, 'url'),
    stackConfigDir: textAt(file, yaml, 'stackConfigDir'),
    config: mapAt(file, yaml, 'config') ?? {},
    refreshAlways: options?.refresh === 'always',
    plugins: parsePlugins(file, yaml),
    packages: parsePackages(file, yaml),
  };
}

function parseRuntime(file: string, value: unknown): Pick<ProjectFile, 'runtime' | 'runtimeOptions'> {
  if (value === undefined || value === null) throw missing(file, 'runtime', 'runtime: nodejs');
  if (typeof value === 'string') return { runtime: value, runtimeOptions: {} };
  if (typeof value === 'object' && !Array.isArray(value)) {
    const { name, options } = value as { name?: unknown; options?: unknown };
    if (typeof name === 'string') {
      if (options === undefined || options === null) return { runtime: name, runtimeOptions: {} };
      if (typeof options === 'object' && !Array.isArray(options))
        return { runtime: name, runtimeOptions: options as Record<string, unknown> };
    }
  }
  throw invalidProject(file, '"runtime" is a name, or a map with "name" and "options"');
}

function missing(file: string, key: string, example: string): OperationError {
  return invalidProject(file, `it is missing '${key}'`, `Add a line to it:\n    ${example}`);
}

function invalidProject(file: string, why: string, remedy?: string): OperationError {
  return new OperationError({
    code: 'PROJECT_INVALID',
    summary: `could not load the project ${file}: ${why}`,
    remedy,
    exitCode: exitCodes.configuration,
  });
}

/** The file that holds a stack's configuration. */
export function stackFilePath(project: ProjectFile, stack: string): string {
  if (project.stackConfigFile !== undefined) return project.stackConfigFile;
  const dir = project.stackConfigDir === undefined ? project.dir : path.resolve(project.dir, project.stackConfigDir);
  const extension = project.path.endsWith('.json') ? 'json' : 'yaml';
  return path.join(dir, `Pulumi.${stack}.${extension}`);
}

export function toProject(file: ProjectFile): Project {
  const { name, runtime, runtimeOptions, description, dir, main } = file;
  return { name, runtime, runtimeOptions, description, dir, path: file.path, main };
}

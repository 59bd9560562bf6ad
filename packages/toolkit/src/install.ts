import { stat } from 'node:fs/promises';
import path from 'node:path';
import {
  type InstallRequest,
  installSteps,
  runInstallStep,
  type SourceKind,
  sourceFolderRequest,
  sourceKindOf,
} from '@radiant/hosts';
import { OperationError } from '@radiant/model';
import type { InstallListener, InstallOptions } from './api.ts';
import type { Environment } from './home.ts';
import { locateProgram } from './operation/locate-program.ts';
import { findProjectFile, noProject, type ProjectFile } from './project/project-file.ts';

/** Sources whose dependencies are wanted, and what people call them. */
interface Sources {
  readonly title: string;
  readonly request: Pick<InstallRequest, 'projectDir' | 'programDir' | 'runtime' | 'runtimeOptions'>;
}

/**
 * Installs what the nearest project, plugin or policy pack at or above `cwd` needs, and what the plugins need whose
 * sources the project brings. Throws OperationError when there is nothing of them, or a command fails.
 */
export async function install(
  cwd: string,
  env: Environment,
  options: InstallOptions,
  listener: InstallListener,
): Promise<void> {
  const all = await sourcesFrom(cwd);
  const own = options.dependencies ? all.own : [];
  const plugins = options.plugins ? all.plugins : [];
  for (const { title, request } of [...own, ...plugins]) {
    const steps = installSteps({ ...request, env: { ...env }, usesVersionTools: options.usesVersionTools });
    if (steps === undefined) throw unknownTools(title, request.runtime);
    if (steps.length === 0) listener({ kind: 'nothing-needed', title });
    for (const step of steps) {
      listener({ kind: 'begins', title, action: step.title, command: [step.command, ...step.args].join(' ') });
      await runInstallStep(step, (stream, line) => listener({ kind: 'output', stream, line }));
    }
  }
}

async function sourcesFrom(
  cwd: string,
): Promise<{ readonly own: readonly Sources[]; readonly plugins: readonly Sources[] }> {
  const project = await findProjectFile(cwd);
  const folder = sourceFolderAbove(cwd, project?.dir);
  if (folder !== undefined) return { own: [sourcesOf(folder.kind, folder.dir)], plugins: [] };
  if (project === undefined) throw noProject(cwd);
  return { own: [programOf(project)], plugins: await pluginsOf(project) };
}

/** A plugin or policy pack that is nearer than the project. */
function sourceFolderAbove(
  cwd: string,
  end: string | undefined,
): { readonly kind: SourceKind; readonly dir: string } | undefined {
  for (let dir = path.resolve(cwd); dir !== end; dir = path.dirname(dir)) {
    const kind = sourceKindOf(dir);
    if (kind !== undefined) return { kind, dir };
    if (dir === path.dirname(dir)) return undefined;
  }
  return undefined;
}

function sourcesOf(kind: SourceKind, dir: string): Sources {
  return { title: `the ${kind} in ${dir}`, request: sourceFolderRequest(kind, dir) };
}

function programOf(project: ProjectFile): Sources {
  const { dir: projectDir, runtime, runtimeOptions } = project;
  const { programDir } = locateProgram(project);
  return { title: `the program in ${programDir}`, request: { projectDir, programDir, runtime, runtimeOptions } };
}

/** The plugins that the project brings as sources, each once. */
async function pluginsOf({ plugins, packages }: ProjectFile): Promise<readonly Sources[]> {
  const named = [...packages.values()].flatMap((each) => (each.kind === 'local' ? [each.path] : []));
  const folders = [...new Set([...plugins.map((plugin) => plugin.path), ...named])];
  const found: Sources[] = [];
  for (const folder of folders) {
    const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;
    if (isFolder && sourceKindOf(folder) === 'plugin') found.push(sourcesOf('plugin', folder));
  }
  return found;
}

function unknownTools(title: string, runtime: string): OperationError {
  return new OperationError({
    code: 'RUNTIME_UNSUPPORTED',
    summary: `what ${title} needs is not installed: it is written for the runtime '${runtime}'`,
    detail: 'The packages of Node.js (`runtime: nodejs`) and Python (`runtime: python`) are.',
    remedy: 'Install it with the tools of its language.',
  });
}

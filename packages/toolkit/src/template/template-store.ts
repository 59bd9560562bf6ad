import { lstat, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, OperationError } from '@radiant/model';
import type { Environment } from '../home.ts';
import { readTextFile } from '../json-file.ts';
import { parseProjectFile } from '../project/project-file.ts';
import { filledInBytesMax, fillIn } from './fill-in.ts';
import { fillInManifest } from './fill-in-manifest.ts';
import { findTemplates } from './find-templates.ts';
import { isWithin } from './is-within.ts';
import { projectNameFor } from './project-name.ts';
import { manifestNames, manifestOf } from './read-template.ts';
import type { Template, TemplateRequest, TemplateStore } from './template-api.ts';
import { listTemplateFiles, type TemplateFile } from './template-files.ts';

export interface TemplateContext {
  /** The folder that projects are made in. */
  readonly cwd: string;
  readonly env: Environment;
  readonly mayAsk: boolean;
  notice(line: string): void;
  /** Whether the store that a project with this `backend.url` uses has stacks of a project of that name. */
  hasStacksOf(project: string, backendUrl: string | undefined): Promise<boolean>;
}

export function createTemplateStore(context: TemplateContext): TemplateStore {
  const { cwd } = context;
  return {
    requireEmptyFolder: () => requireEmptyFolder(cwd),
    find: (kind, place, search) => findTemplates({ ...context, ...search, kind }, place),
    suggestName: async ({ projectName }) =>
      projectName ?? (await projectNameIn(cwd)) ?? projectNameFor(path.basename(cwd)),
    async isNameTaken(name, { backendUrl }) {
      if ((await projectNameIn(cwd)) === name) return false;
      return await context.hasStacksOf(name, backendUrl);
    },
    make: (template, request) => make(template, cwd, request),
  };
}

/** What a version control system keeps does not make a folder full. */
const invisible: ReadonlySet<string> = new Set(['.git', '.hg', '.bzr']);

async function requireEmptyFolder(dir: string): Promise<void> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (names.every((name) => invisible.has(name))) return;
  throw new OperationError({
    code: 'FOLDER_NOT_EMPTY',
    summary: `${dir} is not empty; rerun in an empty directory, pass the path to an empty directory to --dir, or use --force`,
  });
}

/** A project that was made here before, or begun: its stacks are this folder's own. */
async function projectNameIn(dir: string): Promise<string | undefined> {
  const file = await manifestOf('project', dir);
  if (file === undefined) return undefined;
  try {
    return parseProjectFile(file, (await readTextFile(file)) ?? '').name;
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

interface MadeFile extends TemplateFile {
  /** Undefined: that of the source. */
  readonly content: Buffer | undefined;
}

async function make(template: Template, dir: string, request: TemplateRequest): Promise<void> {
  if (template.problem !== undefined) throw brokenTemplate(template, template.problem);
  const files = await listTemplateFiles(template, request.name);
  if (!request.overwrites) await refuseOverwriting(files, dir);
  // All of it is known to be good before the first file is written.
  const made = await Promise.all(files.map((file) => madeOf(file, files, template, request)));
  await mkdir(dir, { recursive: true });
  const root = await realpath(dir);
  for (const file of made) await write(file, root, request);
}

async function madeOf(
  file: TemplateFile,
  files: readonly TemplateFile[],
  { kind }: Template,
  request: TemplateRequest,
): Promise<MadeFile> {
  if (file.sizeBytes > filledInBytesMax) return { ...file, content: undefined };
  const content = await readFile(file.source);
  if (!manifestNames[kind].includes(file.target)) return { ...file, content: fillIn(content, file.target, request) };
  const hasPythonLock = files.some(({ target }) => ['poetry.lock', 'uv.lock'].includes(target));
  const text = fillInManifest(file.source, content.toString('utf8'), { ...request, kind, hasPythonLock });
  if (kind === 'project') parseProjectFile(file.source, text);
  return { ...file, content: Buffer.from(text) };
}

async function refuseOverwriting(files: readonly TemplateFile[], dir: string): Promise<void> {
  const present = await Promise.all(
    files.map(async ({ target }) => ((await lstat(path.join(dir, target)).catch(() => undefined)) ? [target] : [])),
  );
  const inTheWay = present.flat();
  if (inTheWay.length === 0) return;
  throw new OperationError({
    code: 'FILES_EXIST',
    summary: `creating this template will make changes to existing files:\n${inTheWay.map((name) => `  overwrite   ${name}`).join('\n')}`,
    remedy: 'rerun the command and pass --force to accept and create',
  });
}

async function write(file: MadeFile, root: string, { overwrites }: TemplateRequest): Promise<void> {
  const target = path.join(root, file.target);
  await makeFolder(root, path.dirname(file.target));
  // A template that is filled in where it lies.
  if (file.content === undefined && file.source === target) return;
  const content = file.content ?? (await readFile(file.source));
  if (overwrites) await rm(target, { force: true });
  await writeFile(target, content, { flag: 'wx', mode: file.isExecutable ? 0o777 : 0o666 });
}

/** Makes a folder of the project step by step: a link that leads out of the project is not followed. */
async function makeFolder(root: string, below: string): Promise<void> {
  let folder = root;
  for (const name of below.split(path.sep).filter((segment) => segment !== '.')) {
    folder = path.join(folder, name);
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    if (isWithin(await realpath(folder), root)) continue;
    throw new OperationError({
      code: 'FOLDER_LEADS_OUT',
      summary: `nothing is written to ${folder}: it is a link that leads out of ${root}`,
      remedy: `Remove the link:\n    rm ${folder}`,
      exitCode: exitCodes.configuration,
    });
  }
}

function brokenTemplate({ name }: Template, problem: OperationError): OperationError {
  return new OperationError({
    code: 'TEMPLATE_INVALID',
    summary: `template '${name}' is currently broken: ${problem.summary}`,
    detail: problem.detail,
    exitCode: problem.exitCode,
  });
}

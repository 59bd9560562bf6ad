import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, OperationError } from '@radiant/model';
import { type Environment, nonEmpty } from '../home.ts';
import { cloneRepository } from './clone-repository.ts';
import { isGitUrl, parseGitUrl } from './git-url.ts';
import { isWithin } from './is-within.ts';
import { readTemplate } from './read-template.ts';
import { shippedFolder, shippedName } from './shipped-templates.ts';
import type { FoundTemplates, Template, TemplateKind, TemplateSearch } from './template-api.ts';

export interface FindContext extends TemplateSearch {
  readonly kind: TemplateKind;
  readonly env: Environment;
  /** Whether git may ask a person for what it needs to get in. */
  readonly mayAsk: boolean;
  notice(line: string): void;
}

/** Names of ours come before folders, which can always be written `./name`. */
export async function findTemplates(context: FindContext, place: string | undefined): Promise<FoundTemplates> {
  if (place === undefined) return lasting(await templatesAtHand(context));
  if (isGitUrl(place)) return await templatesOfRepository(context, place);
  const named = await templateNamed(context, place);
  if (named !== undefined) return lasting([named]);
  const folder = path.resolve(context.from, place);
  if (await isFolder(folder)) return lasting(await templatesIn(context.kind, await realpath(folder), place));
  throw await notFound(context, place);
}

function lasting(templates: readonly Template[]): FoundTemplates {
  return { templates, release: async () => undefined };
}

async function templatesOfRepository(context: FindContext, url: string): Promise<FoundTemplates> {
  const { kind, isOffline, notice } = context;
  const place = parseGitUrl(url);
  if (isOffline) throw new OperationError({ code: 'TEMPLATE_OFFLINE', summary: `cannot use ${place.shown} offline` });
  notice(`Fetching ${place.shown}`);
  const { root, folder, release } = await cloneRepository(place, context);
  try {
    const templates = await templatesIn(kind, folder, place.shown, root);
    // The folder of the clone has a name that means nothing.
    return { templates: templates.map((each) => (each.dir === root ? { ...each, name: place.name } : each)), release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The template that a folder is, or those of the folders in it. */
async function templatesIn(
  kind: TemplateKind,
  folder: string,
  shown: string,
  root: string = folder,
): Promise<readonly Template[]> {
  const inside = (await isFolder(folder)) && isWithin(await realpath(folder), root);
  const templates = inside ? await readTemplates(kind, folder, root) : [];
  if (templates.length > 0) return templates;
  throw new OperationError({
    code: 'TEMPLATE_NOT_FOUND',
    summary: inside ? `there is no template in ${shown}` : `there is no folder ${shown}`,
    detail: `A template is a folder with a ${kind === 'project' ? 'Pulumi.yaml' : 'PulumiPolicy.yaml'}, or a folder of such.`,
    exitCode: exitCodes.configuration,
  });
}

async function readTemplates(kind: TemplateKind, folder: string, root: string): Promise<readonly Template[]> {
  const own = await readTemplate(kind, folder, root);
  if (own !== undefined) return [own];
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && entry.name !== '.git').map(({ name }) => name);
  const read = await Promise.all(names.sort().map((name) => readTemplate(kind, path.join(folder, name), root)));
  const templates = read.filter((template) => template !== undefined);
  return [
    ...templates.filter(({ problem }) => problem === undefined),
    ...templates.filter(({ problem }) => problem !== undefined),
  ];
}

/** Ours, and those of the folder that Pulumi's variable names. */
async function templatesAtHand(context: FindContext): Promise<readonly Template[]> {
  const lists = await Promise.all(
    foldersAtHand(context).map(async (root) =>
      (await isFolder(root)) ? await readTemplates(context.kind, root, root) : [],
    ),
  );
  return lists.flat();
}

async function templateNamed(context: FindContext, name: string): Promise<Template | undefined> {
  const wanted = shippedName(context.kind, name.toLowerCase());
  return (await templatesAtHand(context)).find((template) => [name, wanted].includes(template.name));
}

function foldersAtHand({ kind, env, from }: FindContext): readonly string[] {
  const given = nonEmpty(kind === 'project' ? env.PULUMI_TEMPLATE_PATH : env.PULUMI_POLICY_TEMPLATE_PATH);
  return [...(given === undefined ? [] : [path.resolve(from, given)]), shippedFolder(kind)];
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;
}

async function notFound(context: FindContext, place: string): Promise<OperationError> {
  const isProject = context.kind === 'project';
  const names = (await templatesAtHand(context)).map(({ name }) => name);
  const command = isProject ? 'radiant new' : 'radiant policy new';
  const repository = `https://github.com/pulumi/${isProject ? 'templates' : 'templates-policy'}`;
  const isBareName = /^[\w-]+$/.test(place);
  return new OperationError({
    code: 'TEMPLATE_NOT_FOUND',
    summary: `template '${place}' not found`,
    detail: `Radiant comes with ${names.join(', ')}; all others are named by their folder or their URL.`,
    remedy: `${isBareName ? 'If it is one of Pulumi’s' : 'For example'}:\n    ${command} ${repository}/${isBareName ? place : names.at(-1)}`,
    exitCode: exitCodes.configuration,
  });
}

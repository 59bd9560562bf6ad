import { createHash } from 'node:crypto';
import path from 'node:path';
import { writePrivateFile } from '../home.ts';
import { readJsonFile } from '../json-file.ts';
import type { ProjectFile } from './project-file.ts';

/** Which stack is selected in a project: in the file, and in the shape, in which Pulumi keeps it. */
interface WorkspaceSettings {
  readonly stack?: string;
  /** By backend, so that a change of login does not carry a selection over. */
  readonly stacks?: { readonly [backendUrl: string]: string };
}

function settingsPath(homeRoot: string, project: ProjectFile): string {
  const hash = createHash('sha1').update(project.path).digest('hex');
  return path.join(homeRoot, 'workspaces', `${project.name}-${hash}-workspace.json`);
}

export async function readSelectedStack(
  homeRoot: string,
  project: ProjectFile,
  backendUrl: string,
): Promise<string | undefined> {
  const settings = (await readJsonFile(settingsPath(homeRoot, project), 'The selection of a stack')) as
    | WorkspaceSettings
    | undefined;
  return settings?.stacks?.[backendUrl] ?? (settings?.stacks === undefined ? settings?.stack : undefined);
}

/** `undefined` selects none. */
export async function writeSelectedStack(
  homeRoot: string,
  project: ProjectFile,
  backendUrl: string,
  stack: string | undefined,
): Promise<void> {
  const file = settingsPath(homeRoot, project);
  const settings = ((await readJsonFile(file, 'The selection of a stack')) ?? {}) as WorkspaceSettings;
  const { [backendUrl]: _old, ...others } = settings.stacks ?? {};
  const stacks = stack === undefined ? others : { ...others, [backendUrl]: stack };
  await writePrivateFile(file, `${JSON.stringify({ ...settings, stack, stacks })}\n`);
}

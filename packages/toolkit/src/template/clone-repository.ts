import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { OperationError } from '@radiant/model';
import type { Environment } from '../home.ts';
import { type GitPlace, withoutPassword } from './git-url.ts';

/** A repository on this disk for a while. */
export interface ClonedRepository {
  readonly root: string;
  /** The folder in it that was asked for; it may not be there. */
  readonly folder: string;
  release(): Promise<void>;
}

interface GitContext {
  readonly env: Environment;
  readonly place: GitPlace;
  /** Whether git may ask on the terminal for what it needs to get in. */
  readonly mayAsk: boolean;
}

/** Clones what a URL leads to with the git on PATH. Throws GIT_FAILED, or GIT_MISSING. */
export async function cloneRepository(
  place: GitPlace,
  { env, mayAsk }: Omit<GitContext, 'place'>,
): Promise<ClonedRepository> {
  const context = { env, place, mayAsk };
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'radiant-template-')));
  const release = () => rm(root, { recursive: true, force: true });
  try {
    const { reference, folder } = await locate(context);
    const commit = reference !== undefined && /^[0-9a-f]{40}$/i.test(reference) ? reference : undefined;
    if (commit !== undefined) {
      await git(context, ['clone', '--quiet', '--no-checkout', '--', place.repository, root]);
      await git(context, ['-C', root, 'checkout', '--quiet', commit]);
    } else {
      const branch = reference === undefined ? [] : ['--branch', reference];
      await git(context, ['clone', '--quiet', '--depth=1', ...branch, '--', place.repository, root]);
    }
    return { root, folder: path.join(root, ...folder), release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Branches have slashes, as paths do: the longest that the repository has is meant. */
async function locate(
  context: GitContext,
): Promise<{ readonly reference: string | undefined; readonly folder: readonly string[] }> {
  const { place } = context;
  const [first] = place.path;
  if (!place.namesReference) return { reference: undefined, folder: place.path };
  if (/^[0-9a-f]{40}$/i.test(first!)) return { reference: first, folder: place.path.slice(1) };
  const listed = await git(context, ['ls-remote', '--quiet', '--heads', '--tags', '--', place.repository]);
  const references = new Set(
    [...listed.matchAll(/\trefs\/(?:heads|tags)\/(.+?)(?:\^\{\})?$/gm)].map(([, name]) => name!),
  );
  for (let length = place.path.length; length > 0; length -= 1) {
    const reference = place.path.slice(0, length).join('/');
    if (references.has(reference)) return { reference, folder: place.path.slice(length) };
  }
  throw new OperationError({
    code: 'GIT_FAILED',
    summary: `${place.shown}: the repository has no branch or tag '${place.path.join('/')}', nor one that this begins with`,
  });
}

/** Of a hook that this may run in, which would have git look at the hook's repository. */
const anyRepository = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined };

/** What git printed. */
async function git({ env, place, mayAsk }: GitContext, args: readonly string[]): Promise<string> {
  const child = spawn('git', args, {
    env: {
      ...env,
      ...anyRepository,
      GIT_ALLOW_PROTOCOL: 'https:ssh:file',
      ...(!mayAsk && { GIT_TERMINAL_PROMPT: '0' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [printed, complained] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complained += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => reject(cause.code === 'ENOENT' ? gitMissing(place) : cause));
    child.once('close', resolve);
  });
  if (code === 0) return printed;
  throw new OperationError({
    code: 'GIT_FAILED',
    summary: `git could not fetch ${place.shown}`,
    detail: withoutPassword(complained).trim(),
  });
}

function gitMissing({ shown }: GitPlace): OperationError {
  return new OperationError({
    code: 'GIT_MISSING',
    summary: `${shown} is fetched by git, and there is no git on PATH`,
    remedy: 'Install git, or download the template and name its folder:\n    radiant new ./template',
  });
}

import { OperationError, type SecretsProvider } from '@radiant/model';
import { encodeDeployment, readManifest } from '../deployment/deployment.ts';
import { optionalList, readerOf } from '../deployment/field-reader.ts';
import { currentHolder } from '../lease/lease.ts';
import { readLockFiles } from '../lease/lock-files.ts';
import { openCheckpoint, packCheckpoint, readCheckpoint } from './checkpoint.ts';
import {
  checkpointKey,
  lockFolder,
  metaKey,
  projectFolder,
  radiantFolder,
  stackOfFileName,
  stacksFolder,
} from './layout.ts';
import { checkStackRef, type StackRef } from './names.ts';
import { forgetStack, removeCheckpoint } from './remove-checkpoint.ts';
import { requireCheckpoint } from './require-checkpoint.ts';
import type { BackendContext } from './settings.ts';
import { readRawState } from './stack-state.ts';
import { fenceOff, giveFree, sweepOwn, takeStack } from './take-stack.ts';

export interface StackSummary {
  readonly ref: StackRef;
  /** RFC 3339; absent for a stack that was never changed. */
  readonly lastUpdate?: string | undefined;
  readonly resourceCount: number;
  readonly isUpdateInProgress: boolean;
}

/** All stacks, or those of one project, by project and name. */
export async function listStacks(context: BackendContext, project?: string): Promise<readonly StackRef[]> {
  const { store } = context;
  await checkLayout(context);
  const projects =
    project === undefined
      ? (await store.list(stacksFolder)).filter(({ kind }) => kind === 'folder').map(({ name }) => name)
      : [project];
  const lists = await Promise.all(
    projects.sort().map(async (name) => {
      const files = (await store.list(projectFolder(name))).filter(({ kind }) => kind === 'object');
      const stacks = new Set(files.map((file) => stackOfFileName(file.name)).filter((stack) => stack !== undefined));
      return [...stacks].sort().map((stack) => ({ project: name, stack }));
    }),
  );
  return lists.flat();
}

export async function summarizeStack(context: BackendContext, ref: StackRef): Promise<StackSummary> {
  const { store } = context;
  const checkpoint = await requireCheckpoint(store, ref);
  const envelope = openCheckpoint(store, ref, checkpoint);
  const resources = optionalList(readerOf(envelope.deployment, 'deployment', envelope.source), 'resources');
  const { time } = readManifest(envelope);
  const holder = await currentHolder(store, radiantFolder(ref), context.leaseSettings);
  const locks = holder === undefined ? await readLockFiles(store, lockFolder(ref)) : [];
  return {
    ref,
    lastUpdate: resources.length === 0 && time === undefined ? undefined : time,
    resourceCount: resources.length,
    isUpdateInProgress: holder !== undefined || locks.some(({ token }) => token === undefined),
  };
}

/**
 * Makes a stack without resources. `secretsProvider` is recorded, as Pulumi does at `stack init`. Throws
 * `STACK_EXISTS`, in the words that SDKs look for.
 */
export async function createStack(
  context: BackendContext,
  ref: StackRef,
  secretsProvider: SecretsProvider | undefined,
): Promise<void> {
  const { store } = context;
  checkStackRef(ref);
  await checkLayout(context);
  await store.create(metaKey, Buffer.from('version: 1\n'), 'lasting');
  const encoded = await encodeDeployment(
    { resources: [], pendingOperations: [] },
    { mode: 'encrypted', secrets: secretsProvider, toolVersion: context.toolVersion, nowMs: context.clock.nowMs() },
  );
  const suffix = context.newFileSuffix;
  const isNew =
    (await readCheckpoint(store, ref)) === undefined &&
    (await store.create(checkpointKey(ref, suffix), packCheckpoint(ref, suffix, encoded), 'lasting'));
  if (!isNew) throw new OperationError({ code: 'STACK_EXISTS', summary: `stack '${ref.stack}' already exists` });
}

/** Forgets a stack and its history; the last state stays behind as `.bak`. Throws `STACK_HAS_RESOURCES`. */
export async function removeStack(
  context: BackendContext,
  ref: StackRef,
  withResources: 'refused' | 'accepted',
): Promise<void> {
  const { store } = context;
  await requireCheckpoint(store, ref);
  const lease = await takeStack(context, ref, 'remove');
  let isRemoved = false;
  try {
    const journals = await fenceOff(context, ref, lease);
    if (withResources === 'refused') await refuseWithResources(context, ref);
    const checkpoint = await requireCheckpoint(store, ref);
    await removeCheckpoint(context, checkpoint, { ref, lease });
    isRemoved = true;
    await forgetStack(context, { ref, lease }, journals);
  } finally {
    await giveFree(context, ref, lease);
    if (isRemoved) await sweepOwn(store, ref, lease);
  }
}

async function refuseWithResources(context: BackendContext, ref: StackRef): Promise<void> {
  const { envelope, journal } = await readRawState(context, ref);
  const resources = optionalList(readerOf(envelope.deployment, 'deployment', envelope.source), 'resources');
  if (resources.length === 0 && journal === undefined) return;
  throw new OperationError({
    code: 'STACK_HAS_RESOURCES',
    summary: `'${ref.stack}' still has resources; removal rejected. Possible actions:`,
    detail: [
      `- Make sure that '${ref.stack}' is the stack that you want to destroy`,
      '- Run `pulumi destroy` to delete the resources, then run `pulumi stack rm`',
      '- Run `pulumi stack rm --force` to override this error',
    ].join('\n'),
  });
}

/** Refuses layouts of Pulumi's file backend that this is not: older than projects, or newer than known. */
export async function checkLayout({ store }: BackendContext): Promise<void> {
  const meta = await store.get(metaKey);
  const where = store.locate(stacksFolder);
  if (meta === undefined) {
    const files = (await store.list(stacksFolder)).filter(({ kind }) => kind === 'object');
    if (files.every(({ name }) => stackOfFileName(name) === undefined)) return;
    throw new OperationError({
      code: 'STORE_LAYOUT_TOO_OLD',
      summary: `${where} holds stacks from before stacks had projects`,
      remedy: 'Move them to where they are looked for now:\n    radiant state upgrade',
    });
  }
  const version = /^version:\s*(\d+)\s*$/m.exec(Buffer.from(meta.bytes).toString())?.[1];
  if (version === '1') return;
  throw new OperationError({
    code: 'STORE_LAYOUT_UNKNOWN',
    summary: `${store.locate(metaKey)} says version ${version ?? '(none)'}; only version 1 is known`,
    remedy: 'Use the tool that wrote it, or a newer Radiant.',
  });
}

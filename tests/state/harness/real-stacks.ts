import type { EventEmitter } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace } from '@radiant/toolkit';
import { onTestFinished } from 'vitest';
import { type FakeCli, runCli } from '../../../packages/cli/test/fake-context.ts';
import { openStore } from '../../../packages/state/src/store/open-store.ts';
import type { LabStore } from '../../support/lab-stores.ts';

export interface RealStacks {
  readonly dir: string;
  /** The folder of the store, where it has one. */
  readonly store: string;
  /** Runs a command line as the CLI does, in this process, on real files. */
  cli(args: readonly string[], options?: CliOptions): Promise<FakeCli>;
  /** Like `cli`, but a failure throws with what was said. */
  must(args: readonly string[], options?: CliOptions): Promise<FakeCli>;
  /** The deployment as `stack export` prints it. */
  exported(stack?: string, ...flags: string[]): Promise<Deployment>;
  /** Replaces the file of a stack, as a person with an editor or another tool might. */
  tamper(stack: string, change: (deployment: Deployment) => void): Promise<void>;
}

export interface CliOptions {
  readonly isTerminal?: boolean;
  readonly answers?: readonly string[];
  readonly input?: string;
  readonly env?: { readonly [name: string]: string };
  /** Stands for Ctrl-C. */
  readonly signals?: EventEmitter;
  /** Told what is written, as it is. */
  readonly onWrite?: (text: string) => void;
}

export interface Deployment {
  // biome-ignore lint/suspicious/noExplicitAny: records of any shape.
  resources?: any[];
  // biome-ignore lint/suspicious/noExplicitAny: records of any shape.
  pending_operations?: any[];
  [field: string]: unknown;
}

/** A project `proj` with a file store and stacks of these names, the first selected. */
export async function realStacks(...names: readonly string[]): Promise<RealStacks> {
  return await realStacksIn(undefined, ...names);
}

/** The same in another store. */
export async function realStacksIn(elsewhere: LabStore | undefined, ...names: readonly string[]): Promise<RealStacks> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'radiant-state-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const store = join(dir, 'store');
  await mkdir(store);
  await writeFile(join(dir, 'Pulumi.yaml'), 'name: proj\nruntime: nodejs\n');
  const env = {
    PATH: process.env.PATH!,
    HOME: dir,
    RADIANT_HOME: join(dir, 'home'),
    PULUMI_BACKEND_URL: `file://${store}`,
    PULUMI_CONFIG_PASSPHRASE: 'a passphrase for tests',
    NO_COLOR: '1',
    ...elsewhere?.env,
  };
  const cli = (args: readonly string[], options: CliOptions = {}) =>
    runCli(
      args,
      {
        ...options,
        env: { ...env, ...options.env },
        real: { cwd: dir, openWorkspace: async (workspace) => openWorkspace(workspace) },
      },
      options.signals,
    );
  const stacks: RealStacks = {
    dir,
    store,
    cli,
    async must(args, options) {
      const finished = await cli(args, options);
      if (finished.exitCode !== 0)
        throw new Error(`${args.join(' ')} ended with ${finished.exitCode}\n${finished.out}${finished.err}`);
      return finished;
    },
    async exported(stack = names[0]!, ...flags) {
      const { out } = await stacks.must(['stack', 'export', '--stack', stack, ...flags]);
      return (JSON.parse(out) as { readonly deployment: Deployment }).deployment;
    },
    async tamper(stack, change) {
      const objects = openStore(env.PULUMI_BACKEND_URL, { home: dir, cwd: dir });
      const key = `.pulumi/stacks/proj/${stack}.json`;
      const json = JSON.parse(Buffer.from((await objects.get(key))!.bytes).toString()) as {
        checkpoint: { latest: Deployment };
      };
      change(json.checkpoint.latest);
      await objects.put(key, Buffer.from(JSON.stringify(json)), 'lasting');
    },
  };
  for (const name of names) await stacks.must(['stack', 'init', name]);
  if (names.length > 1) await stacks.must(['stack', 'select', names[0]!]);
  return stacks;
}

/** An export of Pulumi's of a small stack: a provider, a component with a part, and something that leans on the part. */
export function smallExport(stack = 'dev'): string {
  const urn = (type: string, name: string) => `urn:pulumi:${stack}::proj::${type}::${name}`;
  const root = urn('pulumi:pulumi:Stack', `proj-${stack}`);
  const provider = urn('pulumi:providers:test', 'default');
  const group = urn('test:index:Group', 'group');
  const part = urn('test:index:Group$test:index:Thing', 'part');
  const user = urn('test:index:Thing', 'user');
  const thing = { custom: true, type: 'test:index:Thing', provider: `${provider}::p1` };
  const resources = [
    { urn: root, custom: false, type: 'pulumi:pulumi:Stack' },
    { urn: provider, custom: true, id: 'p1', type: 'pulumi:providers:test' },
    { urn: group, custom: false, type: 'test:index:Group', parent: root },
    { urn: part, ...thing, id: 'id-part', parent: group, inputs: { size: 1 }, protect: true },
    { urn: user, ...thing, id: 'id-user', parent: root, dependencies: [part], propertyDependencies: { of: [part] } },
  ];
  return JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });
}

export const smallUrns = {
  root: 'urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev',
  provider: 'urn:pulumi:dev::proj::pulumi:providers:test::default',
  group: 'urn:pulumi:dev::proj::test:index:Group::group',
  part: 'urn:pulumi:dev::proj::test:index:Group$test:index:Thing::part',
  user: 'urn:pulumi:dev::proj::test:index:Thing::user',
} as const;

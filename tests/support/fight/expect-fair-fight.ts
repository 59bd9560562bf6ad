import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { openStore } from '../../../packages/state/src/store/open-store.ts';
import type { LabStore } from '../lab-stores.ts';
import { createLab, type Lab } from '../radiant.ts';
import { Contest } from './contest.ts';
import { Journals } from './journals.ts';
import { fightProgram, thingNames } from './program.ts';
import { judgeFight } from './verdict.ts';

/**
 * Lets `contenders` processes run `up` of one stack again and again while they are stopped, continued, killed and revoked,
 * and demands that each had the stack for itself, and that a last `up` ends in exactly the things that are declared.
 * Resolves to what happened, for the report.
 */
export async function expectFairFight(store: LabStore, contenders: number, durationMs: number): Promise<string> {
  const lab = await createLab(store.env);
  const following = new AbortController();
  try {
    const dir = await lab.program('fight', {
      'Pulumi.yaml': 'name: fight\nruntime: nodejs\n',
      'package.json': JSON.stringify({ name: 'fight', private: true, main: 'index.js' }),
      'index.js': fightProgram,
    });
    const world = path.join(lab.dir, 'world');
    await mkdir(world);
    await lab.must(dir, 'stack', 'select', 'dev', '--create');
    const contest = new Contest({ lab, dir, world, contenders, durationMs });
    const journals = new Journals(openStore(store.url, { home: lab.home, cwd: dir }), '.pulumi/radiant/fight/dev');
    const nameOf = (pid: number) => contest.runs.find((run) => run.pid === pid)?.name;
    const follows = journals.follow(world, nameOf, following.signal);
    expect((await contest.run('begin')).finished).toMatchObject({ code: 0 });

    await contest.fight();

    const last = await contest.run('end', await truthAboutDoubts(lab, dir, world));
    expect(last.finished).toMatchObject({ code: 0 });
    following.abort();
    await follows;
    const failed = contest.runs.filter(({ ending }) => ending === 'failed');
    expect(failed.map(({ name, finished }) => ({ name, ...finished }))).toEqual([]);
    const { violations, lateCalls, calls } = judgeFight(contest.calls(), contest.runs, journals);
    expect(violations).toEqual([]);
    await expectOnlyWhatIsDeclared(lab, dir, world);

    const endings = Map.groupBy(contest.runs, ({ ending }) => ending);
    const count = [...endings].map(([ending, runs]) => `${runs.length} ${ending}`).join(', ');
    const done = Object.entries(contest.done).map(([what, times]) => `${times} × ${what}`);
    return `${contest.runs.length} runs (${count}), ${calls} calls of the provider, ${lateCalls} in flight when the stack was lost; ${done.join(', ')}`;
  } finally {
    following.abort();
    await lab.dispose();
  }
}

/** What a person who looks would answer about creations in doubt, as flags. */
async function truthAboutDoubts(lab: Lab, dir: string, world: string): Promise<readonly string[]> {
  const { stdout } = await lab.must(dir, 'stack', 'export');
  const pending: readonly { readonly type: string; readonly resource: { readonly urn: string } }[] =
    JSON.parse(stdout).deployment.pending_operations ?? [];
  const things = new Set(await readdir(world));
  const inDoubt = new Set(pending.filter(({ type }) => type === 'creating').map(({ resource }) => resource.urn));
  const made = [...inDoubt].filter((urn) => things.has(`${urn.split('::').at(-1)}.json`));
  const imports = made.map((urn) => `--import-pending-creates=${urn},${urn.split('::').at(-1)}`);
  return [...imports, '--clear-pending-creates'];
}

async function expectOnlyWhatIsDeclared(lab: Lab, dir: string, world: string): Promise<void> {
  const names = (await readdir(world)).filter((name) => /^[a-z]+\.json$/.test(name)).sort();
  expect(names).toEqual(thingNames.map((name) => `${name}.json`).sort());
  const { stdout } = await lab.must(dir, 'stack', 'export');
  const { resources, pending_operations: pending = [] } = JSON.parse(stdout).deployment;
  expect(pending).toEqual([]);
  const recorded = resources.filter(({ type }: { type: string }) => type === 'pulumi-nodejs:dynamic:Resource');
  expect(recorded.map(({ id }: { id: string }) => id).sort()).toEqual([...thingNames].sort());
  for (const { id, outputs } of recorded) {
    const thing = JSON.parse(await readFile(path.join(world, `${id}.json`), 'utf8'));
    expect({ id, serial: outputs.serial, run: outputs.run }).toEqual({ id, serial: thing.serial, run: 'end' });
  }
}

import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMapNames, configMapsProgram, expectedNames } from '../support/config-maps.ts';
import { eventually, processesWithEnv } from '../support/processes.ts';
import { collect, createLab, type Lab } from '../support/radiant.ts';

const count = 40;
const kills = 10;

let lab: Lab;
beforeAll(async () => {
  lab = await createLab();
});
afterAll(() => lab.dispose());

/** Processes of the lab other than its cluster. */
async function leftBehind(): Promise<readonly string[]> {
  const processes = await processesWithEnv(lab.home);
  return processes.map(({ command }) => command).filter((command) => !/cluster serve/.test(command));
}

test('kill -9 of up, process group and all, at ten moments: the next up ends in exactly the intended objects', async () => {
  const name = 'killed';
  const dir = await configMapsProgram(lab, name, count);
  for (let kill = 0; kill < kills; kill += 1) {
    const child = lab.start(dir, ['up', '--yes', '--skip-preview'], { detached: true });
    const finished = collect(child);
    // From the first creation begun to the last but a few done: the moments are spread over all of it.
    const linesBefore = 1 + Math.floor((2 * count * kill) / kills);
    await linesAbout(child, 'ConfigMap', linesBefore);
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It had already ended: the last moments lie close to its end.
    }
    await finished;
    expect(
      await eventually(async () => (await leftBehind()).length === 0, 2_000),
      `after kill ${kill}: ${await leftBehind()}`,
    ).toBe(true);

    const next = await lab.radiant(dir, 'up', '--yes', '--skip-preview', '--non-interactive');
    expect(next.code, `kill ${kill} after ${linesBefore} lines:\n${next.stdout}\n${next.stderr}`).toBe(0);
    expect(await configMapNames(lab, name)).toEqual(expectedNames(name, count));
    const again = await lab.radiant(dir, 'up', '--yes', '--skip-preview', '--expect-no-changes');
    expect(again.code, `${again.stdout}\n${again.stderr}`).toBe(0);
    await lab.must(dir, 'destroy', '--yes', '--skip-preview');
    expect(await configMapNames(lab, name)).toEqual([]);
  }
}, 300_000);

test('two ups of two stacks at once, one killed: the other is undisturbed, nothing is left behind, the cluster lives', async () => {
  // Busy-waits at its end, so that it is certainly there when it is killed, and deaf to every polite signal.
  const victim = await configMapsProgram(lab, 'victim', 5, "console.log('busy now'); for (;;) {}");
  const other = await configMapsProgram(lab, 'other', 60);
  const child = lab.start(victim, ['up', '--yes', '--skip-preview'], { detached: true });
  const busy = new Promise<void>((resolve) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      if (chunk.includes('busy now')) resolve();
    });
  });
  const ended = collect(child);
  const undisturbed = lab.radiant(other, 'up', '--yes', '--skip-preview');
  await busy;
  process.kill(child.pid!, 'SIGKILL');
  await ended;
  expect((await undisturbed).code).toBe(0);
  expect(await eventually(async () => (await leftBehind()).length === 0, 2_000), `${await leftBehind()}`).toBe(true);
  expect(await configMapNames(lab, 'other')).toEqual(expectedNames('other', 60));
  const status = await lab.must(victim, 'cluster', 'status');
  expect(status.stdout).toContain('runs in the background');
}, 120_000);

/** Resolves when the child has printed `lines` lines that hold `word`, or has ended. */
async function linesAbout(child: ChildProcess, word: string, lines: number): Promise<void> {
  let seen = 0;
  await new Promise<void>((resolve) => {
    child.stdout!.on('data', (chunk: Buffer) => {
      seen += chunk.toString().split(word).length - 1;
      if (seen >= lines) resolve();
    });
    child.on('close', () => resolve());
  });
}

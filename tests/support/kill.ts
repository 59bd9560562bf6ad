import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import { configMapNames, expectedNames } from './config-maps.ts';
import { eventually, processesWithEnv } from './processes.ts';
import { collect, type Lab } from './radiant.ts';

/** Processes of the lab other than its cluster. */
export async function leftBehind(lab: Lab): Promise<readonly string[]> {
  const processes = await processesWithEnv(lab.home);
  return processes.map(({ command }) => command).filter((command) => !/cluster serve/.test(command));
}

/**
 * Starts an `up` of a program of `configMapsProgram`, kills it with its process group once it has printed `lines` lines
 * about ConfigMaps, and demands that nothing is left running, that the next `up` ends in exactly the intended objects
 * without a question, and that the one after finds nothing to do. Leaves the stack destroyed.
 */
export async function expectSurvivesKill(
  lab: Lab,
  dir: string,
  name: string,
  count: number,
  lines: number,
): Promise<void> {
  const child = lab.start(dir, ['up', '--yes', '--skip-preview'], { detached: true });
  const finished = collect(child);
  await linesAbout(child, 'ConfigMap', lines);
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // It had already ended: the last moments lie close to its end.
  }
  await finished;
  const isGone = await eventually(async () => (await leftBehind(lab)).length === 0, 2_000);
  expect(isGone, `left behind after ${lines} lines: ${await leftBehind(lab)}`).toBe(true);

  const next = await lab.radiant(dir, 'up', '--yes', '--skip-preview', '--non-interactive');
  expect(next.code, `after ${lines} lines:\n${next.stdout}\n${next.stderr}`).toBe(0);
  expect(await configMapNames(lab, name)).toEqual(expectedNames(name, count));
  const again = await lab.radiant(dir, 'up', '--yes', '--skip-preview', '--expect-no-changes');
  expect(again.code, `${again.stdout}\n${again.stderr}`).toBe(0);
  await lab.must(dir, 'destroy', '--yes', '--skip-preview');
  expect(await configMapNames(lab, name)).toEqual([]);
}

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

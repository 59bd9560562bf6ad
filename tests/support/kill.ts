import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { configMapNames, expectedNames } from './config-maps.ts';
import { eventually, processesWithEnv } from './processes.ts';
import { collect, type Lab } from './radiant.ts';

/** Processes of the lab other than its cluster. */
export async function leftBehind(lab: Lab): Promise<readonly string[]> {
  const processes = await processesWithEnv(lab.home);
  return processes.map(({ command }) => command).filter((command) => !/cluster serve/.test(command));
}

/** Starts a command, kills it with its process group at a moment, and demands that nothing is left running. */
async function killAt(
  lab: Lab,
  dir: string,
  command: string,
  moment: (child: ChildProcess) => Promise<unknown>,
): Promise<void> {
  const child = lab.start(dir, [command, '--yes', '--skip-preview'], { detached: true });
  const finished = collect(child);
  await Promise.race([moment(child), finished]);
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // It had already ended: the last moments lie close to its end.
  }
  await finished;
  const isGone = await eventually(async () => (await leftBehind(lab)).length === 0, 2_000);
  expect(isGone, `left behind by ${command}: ${await leftBehind(lab)}`).toBe(true);
}

/** Without a question, since nobody is there. */
async function expectCarriesOn(lab: Lab, dir: string, command: string, ...flags: readonly string[]): Promise<void> {
  const next = await lab.radiant(dir, command, '--yes', '--skip-preview', '--non-interactive', ...flags);
  expect(next.code, `${command} after a kill:\n${next.stdout}\n${next.stderr}`).toBe(0);
}

/**
 * Kills an `up` of a program of `configMapsProgram` once it has printed `lines` lines about ConfigMaps, and demands that
 * the next `up` ends in exactly the intended objects, and that the one after finds nothing to do. Leaves the stack
 * destroyed.
 */
export async function expectSurvivesKill(
  lab: Lab,
  dir: string,
  name: string,
  count: number,
  lines: number,
): Promise<void> {
  await expectSurvivesKillOfUp(lab, dir, name, count, lines);
  await expectCarriesOn(lab, dir, 'destroy');
  expect(await configMapNames(lab, name)).toEqual([]);
}

async function expectSurvivesKillOfUp(lab: Lab, dir: string, name: string, count: number, lines: number) {
  await killAt(lab, dir, 'up', (child) => linesAbout(child, 'ConfigMap', lines));
  await expectCarriesOn(lab, dir, 'up');
  expect(await configMapNames(lab, name), `up killed after ${lines} lines`).toEqual(expectedNames(name, count));
  await expectCarriesOn(lab, dir, 'up', '--expect-no-changes');
}

/**
 * The same of `up`, then of `refresh`, then of `destroy`: after each, the same command once more ends where it would have
 * ended undisturbed.
 */
export async function expectSurvivesKills(lab: Lab, dir: string, name: string, count: number): Promise<void> {
  await expectSurvivesKillOfUp(lab, dir, name, count, 1 + Math.floor(Math.random() * 2 * count));
  const startedMs = performance.now();
  await expectCarriesOn(lab, dir, 'refresh');
  const refreshMs = performance.now() - startedMs;
  await killAt(lab, dir, 'refresh', () => sleep((0.3 + 0.7 * Math.random()) * refreshMs));
  await expectCarriesOn(lab, dir, 'refresh');
  await expectCarriesOn(lab, dir, 'up', '--expect-no-changes');
  expect(await configMapNames(lab, name), 'after refresh').toEqual(expectedNames(name, count));
  const lines = 1 + Math.floor(Math.random() * 2 * count);
  await killAt(lab, dir, 'destroy', (child) => linesAbout(child, 'ConfigMap', lines));
  await expectCarriesOn(lab, dir, 'destroy');
  expect(await configMapNames(lab, name), `destroy killed after ${lines} lines`).toEqual([]);
  const { deployment } = JSON.parse((await lab.must(dir, 'stack', 'export')).stdout);
  expect(deployment.resources ?? [], `destroy killed after ${lines} lines`).toEqual([]);
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

import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, processesWithEnv } from '../processes.ts';
import { collect, type Finished, type Lab } from '../radiant.ts';
import type { Call } from './program.ts';

export type Ending = 'succeeded' | 'refused' | 'lost the stack' | 'killed' | 'failed';

/** One `up` of one contender. */
export interface Run {
  readonly name: string;
  readonly child: ChildProcess;
  readonly pid: number;
  ending: Ending | undefined;
  finished: Finished | undefined;
}

/** What befalls runs while they fight. */
const disturbances = ['stop all', 'stop the command', 'kill', 'revoke'] as const;
export type Disturbance = (typeof disturbances)[number];

export interface ContestSettings {
  readonly lab: Lab;
  readonly dir: string;
  /** Where the things are. */
  readonly world: string;
  readonly contenders: number;
  readonly durationMs: number;
}

/** `up`s of one stack in real processes, which are stopped, continued, killed and revoked at random. */
export class Contest {
  readonly runs: Run[] = [];
  readonly done: { [disturbance in Disturbance]: number } = {
    'stop all': 0,
    'stop the command': 0,
    kill: 0,
    revoke: 0,
  };
  readonly #settings: ContestSettings;
  #endMs = 0;

  constructor(settings: ContestSettings) {
    this.#settings = settings;
  }

  /** Ends when every contender has ended its last run. */
  async fight(): Promise<void> {
    const { contenders, durationMs } = this.#settings;
    this.#endMs = Date.now() + durationMs;
    await Promise.all([
      ...Array.from({ length: contenders }, (_item, number) => this.#contend(number)),
      this.#disturb(),
    ]);
  }

  /** One run that nobody disturbs. */
  async run(name: string, flags: readonly string[] = []): Promise<Run> {
    const { lab, dir, world } = this.#settings;
    const args = ['up', '--yes', '--skip-preview', ...flags];
    const child = lab.start(dir, args, { detached: true, env: { RUN: name, WORLD: world } });
    const run: Run = { name, child, pid: child.pid!, ending: undefined, finished: undefined };
    this.runs.push(run);
    run.finished = await collect(child);
    run.ending = endingOf(run.finished);
    return run;
  }

  calls(): readonly Call[] {
    const log = path.join(this.#settings.world, 'log');
    if (!existsSync(log)) return [];
    return readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Call);
  }

  /** Every other contender waits for its turn, the rest are refused and come again. */
  async #contend(number: number): Promise<void> {
    for (let count = 0; Date.now() < this.#endMs; count += 1) {
      const flags = ['--clear-pending-creates', ...(number % 2 === 0 ? [] : ['--wait=30s'])];
      const { ending } = await this.run(`r${number}-${count}`, flags);
      if (ending === 'refused') await sleep(200 + Math.random() * 800);
    }
  }

  async #disturb(): Promise<void> {
    for (let count = 0; Date.now() < this.#endMs; count += 1) {
      await sleep(300 + Math.random() * 1200);
      const living = this.runs.filter(({ ending }) => ending === undefined);
      const holder = living.find(({ name }) => name === this.calls().at(-1)?.run);
      const victim = Math.random() < 0.7 ? holder : living[Math.floor(Math.random() * living.length)];
      if (victim === undefined) continue;
      const disturbance = disturbances[count % disturbances.length]!;
      this.done[disturbance] += 1;
      await this.#befall(victim, disturbance);
    }
  }

  async #befall({ name, pid }: Run, disturbance: Disturbance): Promise<void> {
    const { lab, dir } = this.#settings;
    const all = async () => (await processesWithEnv(`RUN=${name}\0`)).map((each) => each.pid);
    switch (disturbance) {
      case 'kill':
        signal([-pid], 'SIGKILL');
        return;
      case 'stop the command':
        signal([pid], 'SIGSTOP');
        await sleep(100 + Math.random() * 900);
        signal([pid], 'SIGCONT');
        return;
      case 'stop all': {
        const stopped = await all();
        signal(stopped, 'SIGSTOP');
        await sleep(100 + Math.random() * 900);
        signal(stopped, 'SIGCONT');
        return;
      }
      case 'revoke': {
        const stopped = await all();
        signal(stopped, 'SIGSTOP');
        await lab.radiant(dir, 'cancel', '--yes');
        // Until another has changed something, if any does.
        await eventually(async () => this.calls().at(-1)?.run !== name, 10_000);
        signal(stopped, 'SIGCONT');
      }
    }
  }
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended.
    }
  }
}

function endingOf({ code, signal: killedBy, stdout, stderr }: Finished): Ending {
  if (code === 0) return 'succeeded';
  if (killedBy === 'SIGKILL') return 'killed';
  if (/the stack is currently locked by/.test(stderr)) return 'refused';
  return /no longer holds the stack/.test(stdout + stderr) ? 'lost the stack' : 'failed';
}

import { type ChildProcess, spawn } from 'node:child_process';
import { OperationError } from '@radiant/model';
import { guardian } from '../guardian.ts';
import { onLines } from '../lines.ts';

/** How to start one plugin: a program that serves gRPC and prints its port. */
export interface PluginCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface PluginLaunch extends PluginCommand {
  /** What people call it: `resource plugin "shelf"`. */
  readonly title: string;
  /** Each line it writes once it has printed its port. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', line: string) => void;
  /** How long it may take to print its port. */
  readonly portWithinMs?: number;
}

export interface PluginProcess {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly pid: number;
  /** Why it is gone, with the last of what it said; undefined while it runs. A plugin that is dying gets a moment. */
  explainEnd(): Promise<string | undefined>;
  /** Asks it to end, and insists after a while. Resolves when it has ended. */
  stop(): Promise<void>;
}

/** A plugin may compile before it serves. */
const portWithinDefaultMs = 60_000;
const stopGraceMs = 1000;
/** A connection breaks before the kernel tells us that the process has ended. */
const dyingMs = 500;
const keptLines = 40;

/**
 * Starts a plugin in a process group of its own that ends with this process, and waits for the port it prints (engine
 * reference 1.1). Throws OperationError with what it said instead.
 */
export async function startPlugin(launch: PluginLaunch): Promise<PluginProcess> {
  const child = spawn(launch.command, [...launch.args], {
    cwd: launch.cwd,
    env: launch.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const running = new RunningPlugin(launch, child);
  const port = await running.port(launch.portWithinMs ?? portWithinDefaultMs);
  return {
    address: `127.0.0.1:${port}`,
    pid: child.pid!,
    explainEnd: () => running.explainEnd(),
    stop: () => running.stop(),
  };
}

class RunningPlugin {
  readonly #launch: PluginLaunch;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #firstLine: Promise<string>;
  readonly #said: string[] = [];
  #end: string | undefined;
  #isStopped = false;

  constructor(launch: PluginLaunch, child: ChildProcess) {
    this.#launch = launch;
    this.#child = child;
    const { pid } = child;
    if (pid !== undefined) guardian().watch(pid);
    const first = Promise.withResolvers<string>();
    this.#firstLine = first.promise;
    let isFirst = true;
    onLines(child.stdout!, (line) => {
      if (isFirst) first.resolve(line);
      else this.#hear('stdout', line);
      isFirst = false;
    });
    onLines(child.stderr!, (line) => this.#hear('stderr', line));
    this.#ended = new Promise((resolve) => {
      const end = (text: string) => {
        this.#end ??= text;
        if (pid !== undefined) guardian().release(pid);
        resolve(this.#end);
      };
      child.once('error', (error) => end(`could not be started: ${error.message}`));
      // `close` and not `exit`, so that its last words are heard; what it left behind may hold the pipes open.
      child.once('exit', (code, signal) => {
        const text = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
        const patience = setTimeout(() => end(text), dyingMs);
        child.once('close', () => {
          clearTimeout(patience);
          end(text);
        });
      });
    });
  }

  async port(withinMs: number): Promise<number> {
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), withinMs);
    const line = await Promise.race([this.#firstLine, this.#ended.then(() => undefined), late.promise]);
    clearTimeout(timer);
    const port = line === undefined ? Number.NaN : parsePort(line);
    if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
    const { title } = this.#launch;
    // What printed something else may be about to say why.
    if (line === undefined && this.#end === undefined)
      throw await this.#failed(`${title} did not print its port within ${Math.round(withinMs / 1000)} s`);
    if (line === undefined) throw await this.#failed(`${title} ${this.#end} before it printed its port`);
    throw await this.#failed(`${title} printed ${JSON.stringify(line.slice(0, 200))} where its port was expected`);
  }

  async explainEnd(): Promise<string | undefined> {
    if (this.#isStopped) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), dyingMs * 2);
    });
    const end = await Promise.race([this.#ended, patience]);
    clearTimeout(timer);
    return end === undefined ? undefined : withWords(`${this.#launch.title} ${end}`, this.#said);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#end !== undefined) return;
    signalGroup(this.#child, 'SIGTERM');
    const insist = setTimeout(() => signalGroup(this.#child, 'SIGKILL'), stopGraceMs);
    await this.#ended;
    clearTimeout(insist);
    // A shell that wrapped it may have ended first.
    signalGroup(this.#child, 'SIGKILL');
  }

  #hear(stream: 'stdout' | 'stderr', line: string): void {
    this.#said.push(line);
    if (this.#said.length > keptLines) this.#said.shift();
    this.#launch.onOutput?.(stream, line);
  }

  async #failed(summary: string): Promise<OperationError> {
    await this.stop();
    const { command, args } = this.#launch;
    return new OperationError({
      code: 'PLUGIN_NOT_STARTED',
      summary: withWords(summary, this.#said),
      detail: `It was started as: ${[command, ...args].join(' ')}`,
    });
  }
}

/** Some runtimes say by an escape sequence that they are busy, before anything else. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence is made of them.
const progressSequence = /\u001b\]9;4;[^\u0007]*\u0007/g;

function parsePort(line: string): number {
  const text = line.replaceAll(progressSequence, '').trim();
  return /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
}

function withWords(text: string, said: readonly string[]): string {
  return said.length === 0 ? text : `${text}; it said:\n${said.map((line) => `    ${line}`).join('\n')}`;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

import { OperationError } from '@radiant/model';
import { spawnChild } from '../spawn-child.ts';
import { PluginChild } from './plugin-child.ts';

/** How to start one plugin: a program that serves gRPC and prints its port. */
export interface PluginCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface PluginLaunch extends PluginCommand {
  /** What people call it: `the plugin of package "shelf"`. */
  readonly title: string;
  /** Each line it writes once it has printed its port. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Hides secrets in what it said, before any of that is told or cut. */
  readonly mask?: (text: string) => string;
  /** How long it may take to print its port. */
  readonly portWithinMs?: number;
}

export interface PluginProcess {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly pid: number;
  readonly hasEnded: boolean;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<unknown>;
  /**
   * Why it is gone; undefined while it runs. One that is dying gets a moment. The operation hears once the last of what it
   * said. A program hears it each time, and may keep it to itself.
   */
  explainEnd(to: 'operation' | 'program'): Promise<string | undefined>;
  /** Asks it to end, and insists after a while. Resolves when it has ended. */
  stop(): Promise<void>;
}

/** A plugin may compile before it serves. */
const portWithinDefaultMs = 60_000;

/**
 * Starts a plugin in a process group of its own that ends with this process, and waits for the port it prints (engine
 * reference 1.1). Throws OperationError with what it said instead.
 */
export async function startPlugin(launch: PluginLaunch): Promise<PluginProcess> {
  const { command, args, cwd, env, title, onOutput, mask = asIs, portWithinMs = portWithinDefaultMs } = launch;
  const child = new PluginChild(spawnChild(command, args, { title, cwd, env }), { title, mask, onOutput });
  const port = await portOf(child, mask, portWithinMs);
  if (port.kind === 'printed') {
    child.listen();
    return {
      address: `127.0.0.1:${port.number}`,
      pid: child.pid,
      get hasEnded() {
        return child.hasEnded;
      },
      ended: child.ended,
      explainEnd: (to) => child.explainEnd(to),
      stop: () => child.stop(),
    };
  }
  await child.stop();
  throw new OperationError({
    code: 'PLUGIN_NOT_STARTED',
    summary: child.withWords(`${title} ${port.trouble}`),
    detail: `It was started as: ${[command, ...args].join(' ')}`,
    remedy: port.remedy,
  });
}

type Port =
  | { readonly kind: 'printed'; readonly number: number }
  /** `trouble` follows the plugin's name. */
  | { readonly kind: 'missing'; readonly trouble: string; readonly remedy?: string };

const asIs = (text: string) => text;

async function portOf(child: PluginChild, mask: (text: string) => string, withinMs: number): Promise<Port> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), withinMs);
  const line = await Promise.race([child.firstLine, child.ended, late.promise]);
  clearTimeout(timer);
  if (line === 'late') {
    const seconds = Math.round(withinMs / 1000);
    const remedy = `Run it by hand to see what it waits for, or give it longer:\n    RADIANT_PLUGIN_START_SECONDS=300`;
    return { kind: 'missing', trouble: `did not print its port within ${seconds} s`, remedy };
  }
  if (typeof line === 'string') return { kind: 'missing', trouble: `${line} before it printed its port` };
  const number = line.kind === 'line' ? parsePort(line.text) : Number.NaN;
  if (Number.isInteger(number) && number > 0 && number < 65_536) return { kind: 'printed', number };
  // One that closed its output has most likely ended, and how it ended says more.
  const end = line.kind === 'ended' && line.text === '' ? ((await child.endSoon()) ?? 'closed its output') : undefined;
  if (end !== undefined) return { kind: 'missing', trouble: `${end} before it printed its port` };
  const printed = line.kind === 'endless' ? 'a line without an end' : JSON.stringify(mask(line.text).slice(0, 200));
  return {
    kind: 'missing',
    trouble: `printed ${printed} where its port was expected`,
    remedy:
      'The first line that a plugin prints is the number of the port it listens on; anything else goes to stderr.',
  };
}

/** Some runtimes say by an escape sequence that they are busy, before anything else. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence is made of them.
const progressSequence = /\u001b\]9;4;[^\u0007]*\u0007/g;

function parsePort(line: string): number {
  const text = line.replaceAll(progressSequence, '').trim();
  return /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
}

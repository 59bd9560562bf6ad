import { type FirstLine, firstLine } from '../first-line.ts';
import { guardian } from '../guardian.ts';
import { onLines } from '../lines.ts';
import type { Child } from '../spawn-child.ts';

/** More than any port needs. */
const firstLineBytesMax = 4096;
/** How long one that is asked to end may take (Pulumi's time). */
const stopGraceMs = 5000;
/** A connection breaks before the kernel tells us that the process has ended. */
const dyingMs = 500;
const keptLines = 40;
/** Longer ones are not kept, and not cut either: the half of a secret could not be masked. */
const keptLineLength = 64 * 1024;
const toldLineLength = 2000;

export interface PluginVoice {
  /** What people call the plugin. */
  readonly title: string;
  /** Hides secrets in what it said. */
  readonly mask: (text: string) => string;
  readonly onOutput: ((stream: 'stdout' | 'stderr', line: string) => void) | undefined;
}

/** The process of a plugin, with what it said and how it ended. */
export class PluginChild {
  readonly pid: number;
  /** How its output begins: its port, when all is well. */
  readonly firstLine: Promise<FirstLine>;
  /** Resolves with how it ended, as a sentence goes on after its name: `ended with exit code 1`. */
  readonly ended: Promise<string>;
  readonly #child: Child;
  readonly #voice: PluginVoice;
  readonly #said: string[] = [];
  #end: string | undefined;
  #isExplained = false;
  #isStopped = false;

  constructor(child: Child, voice: PluginVoice) {
    this.#child = child;
    this.#voice = voice;
    this.pid = child.pid ?? -1;
    this.firstLine = firstLine(child.stdout, firstLineBytesMax);
    onLines(child.stderr, (line) => this.#hear('stderr', line));
    this.ended = this.#follow();
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Hears what it prints after its first line. */
  listen(): void {
    onLines(this.#child.stdout, (line) => this.#hear('stdout', line));
    this.#child.stdout.resume();
  }

  /** How it ended, or ends within a moment; undefined when it goes on. */
  async endSoon(): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), 2 * dyingMs);
    });
    const end = await Promise.race([this.ended, patience]);
    clearTimeout(timer);
    return end;
  }

  /** See PluginProcess. */
  async explainEnd(to: 'operation' | 'program'): Promise<string | undefined> {
    if (this.#isStopped) return undefined;
    const end = await this.endSoon();
    if (end === undefined) return undefined;
    const text = `${this.#voice.title} ${end}`;
    if (to === 'program') return this.withWords(text);
    if (this.#isExplained) return text;
    this.#isExplained = true;
    return this.withWords(text);
  }

  /** A sentence with the last of what it said. */
  withWords(text: string): string {
    if (this.#said.length === 0) return text;
    const lines = this.#voice.mask(this.#said.join('\n')).split('\n');
    return `${text}; it said:\n${lines.map((line) => `    ${line.slice(0, toldLineLength)}`).join('\n')}`;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#end !== undefined) return;
    this.#signal('SIGTERM');
    const insist = setTimeout(() => this.#signal('SIGKILL'), stopGraceMs);
    await this.ended;
    clearTimeout(insist);
  }

  #follow(): Promise<string> {
    const child = this.#child;
    const { pid } = this;
    if (pid !== -1) guardian().watch(pid);
    return new Promise((resolve) => {
      const end = (text: string) => {
        this.#end ??= text;
        resolve(this.#end);
      };
      child.once('error', (error) => end(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => {
        // What it started goes with it: a shell that wraps the real plugin may be the first to end.
        this.#signal('SIGKILL');
        guardian().release(pid);
        const text = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
        // At `close` its last words have been heard; something that left its group may hold the pipes open.
        const patience = setTimeout(() => end(text), dyingMs);
        child.once('close', () => {
          clearTimeout(patience);
          end(text);
        });
      });
    });
  }

  #hear(stream: 'stdout' | 'stderr', line: string): void {
    this.#said.push(line.length > keptLineLength ? `(a line of ${line.length} characters)` : line);
    if (this.#said.length > keptLines) this.#said.shift();
    this.#voice.onOutput?.(stream, line);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.pid === -1) return;
    try {
      if (process.platform === 'win32') this.#child.kill(signal);
      else process.kill(-this.pid, signal);
    } catch {
      // It has ended in the meantime.
    }
  }
}

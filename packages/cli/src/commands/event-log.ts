import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { type EngineEvent, OperationError } from '@radiant/model';
import { openEventStream } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { eventColour } from '../json/colour-directives.ts';
import { plainEvents } from '../json/event-style.ts';
import { onFile } from './on-file.ts';
import type { Notices } from './workspace.ts';

/** Where `--event-log` goes (engine reference 8.4). */
type EventLogTarget =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'listener'; readonly address: string };

/** Throws CliError when it is neither a file nor a listener. */
export function eventLogTarget(given: Given): EventLogTarget | undefined {
  const text = given.value('event-log');
  if (text === undefined) return undefined;
  const [, scheme, address = ''] = /^([a-z]+):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return { kind: 'file', path: text };
  if (scheme !== 'tcp' || !/^.+:\d{1,5}$/s.test(address))
    throw new CliError(`--event-log takes a file, or a listener as tcp://HOST:PORT, not '${text}'`);
  return { kind: 'listener', address };
}

/** Hears every event of one operation. */
export interface EventLog {
  event(event: EngineEvent): void;
  /** Writes the last event and waits until it has arrived. */
  close(nowMs: number): Promise<void>;
}

/** Where the lines of an event log go to. */
interface Lines {
  write(line: string): void;
  end(): Promise<void>;
}

/** Undefined when nobody wants one. Throws when nobody listens, or the file cannot be written. */
export async function openEventLog(context: CliContext, given: Given, notices: Notices): Promise<EventLog | undefined> {
  const target = eventLogTarget(given);
  if (target === undefined) return undefined;
  const { createEventEncoder } = await import('../json/engine-event-json.ts');
  const encoder = createEventEncoder({ ...plainEvents, colour: eventColour(given.value('color'), context.env) });
  const lines =
    target.kind === 'file'
      ? fileLines(resolve(context.cwd, target.path))
      : await listenerLines(target.address, (line) => notices.show(line));
  const write = (json: object): void => lines.write(`${JSON.stringify(json)}\n`);
  return {
    event(event) {
      const json = encoder.encode(event);
      if (json !== undefined) write(json);
    },
    async close(nowMs) {
      write(encoder.end(nowMs));
      await lines.end();
    },
  };
}

/** Written as it happens, so that a killed process leaves what it had to say. */
function fileLines(path: string): Lines {
  const file = onFile(path, (full) => openSync(full, 'w'));
  return {
    write: (line) => void writeSync(file, line),
    end: async () => closeSync(file),
  };
}

/** An operation does not fail since nobody hears how it went. */
async function listenerLines(address: string, warn: (line: string) => void): Promise<Lines> {
  const stream = await openEventStream(address);
  return {
    write: (line) => stream.send(line),
    async end() {
      try {
        await stream.end();
      } catch (error) {
        if (!(error instanceof OperationError)) throw error;
        warn(`warning: ${error.message}`);
      }
    },
  };
}

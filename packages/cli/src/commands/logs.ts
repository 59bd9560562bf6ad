import type { StackLogLine } from '@radiant/toolkit';
import { readSince } from '../args/since.ts';
import { choosePainter, type Painter, plainPainter } from '../render/painter.ts';
import { harmless } from '../render/text-width.ts';
import { timestamp } from '../render/timestamp.ts';
import type { CommandHandler } from './command.ts';
import { openWorkspace } from './workspace.ts';
import { writeJson } from './write-json.ts';

export const logs: CommandHandler = async (context, given) => {
  const since = readSince(given.value('since') ?? '1h', Date.now());
  const isFollowed = given.flag('follow');
  const isJson = given.flag('json');
  const resource = given.value('resource');
  const workspace = await openWorkspace(context, given);
  const stack = await workspace.openStack(given.value('stack'));
  const interrupts = context.catchInterrupts();
  const paint = choosePainter(given.value('color'), context.env, context.out.isTerminal);
  if (!isJson) context.out.write(`Collecting logs for stack ${stack.name} since ${timestamp(since)}.\n\n`);
  // As Pulumi has it: one list of what there is, or one object after the other of what comes.
  const entries: object[] = [];
  const show = (line: StackLogLine): void => {
    if (!isJson) context.out.write(`${lineText(line, paint)}\n`);
    else if (isFollowed) writeJson(context, entryJson(line));
    else entries.push(entryJson(line));
  };
  const signal = AbortSignal.any([interrupts.drain, context.out.unread]);
  const wanted = { since, isFollowed, signal, ...(resource !== undefined && { resource }) };
  await stack.logs(wanted, show);
  if (isJson && !isFollowed) writeJson(context, entries);
  return 0;
};

const nameWidth = 30;

/** Pulumi's form, but names are not cut: they are what kubectl is asked with. */
function lineText(line: StackLogLine, paint: Painter): string {
  const name = `[${idOf(line).padStart(nameWidth)}]`;
  return `${timestamp(line.time).padStart(nameWidth)}${paint('cyan', name)} ${harmless(line.text, paint !== plainPainter)}`;
}

function entryJson(line: StackLogLine): object {
  return {
    ID: idOf(line),
    Timestamp: line.time.toISOString(),
    Message: line.text,
    URN: line.urn,
    Namespace: line.namespace,
  };
}

function idOf({ pod, container }: StackLogLine): string {
  return container === undefined ? pod : `${pod}/${container}`;
}

import type { HistoryEntry } from '@radiant/toolkit';
import { agoText } from './ago.ts';
import type { Painter } from './painter.ts';

/** One operation of a history, as the established CLI tells it, and a blank line. */
export function historyLines(entry: HistoryEntry, isFull: boolean, now: Date, paint: Painter): readonly string[] {
  const { version, kind, result, message, startedAt, endedAt, environment } = entry;
  const when = isFull ? startedAt.toISOString() : agoText(startedAt, now);
  const took = durationText(Math.round((endedAt.getTime() - startedAt.getTime()) / 1000));
  return [
    `Version: ${version}`,
    `UpdateKind: ${kind}`,
    paint(result === 'succeeded' ? 'green' : 'red', `Status: ${result}`),
    `Message: ${message}`,
    `${changesText(entry, paint)} Updated ${when} took ${took}`,
    ...Object.entries(environment)
      .filter(([, value]) => value.trim() !== '')
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => paint(name === 'git.head' ? 'yellow' : 'plain', `    ${name}: ${value}`)),
    '',
  ];
}

function changesText({ resourceChanges = {} }: HistoryEntry, paint: Painter): string {
  const count = (op: string) => resourceChanges[op] ?? 0;
  return [
    paint('green', `+${count('create')}`),
    paint('red', `-${count('delete')}`),
    paint('yellow', `~${count('update')}`),
    paint('blue', ` ${count('same')}`),
  ].join('');
}

/** `1h2m3s`, as Go writes it. */
function durationText(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

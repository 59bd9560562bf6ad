import type { Diagnostic, OperationSummary, PropertyMap, Severity, StepOp, Urn } from '@radiant/model';
import { isEqualValue } from './equal-values.ts';
import { resourceTitle } from './names.ts';
import type { OperationView } from './operation-view.ts';
import { type Colour, type Painter, plainPainter } from './painter.ts';
import { durationText } from './seconds.ts';
import { stepWords } from './step-words.ts';
import { harmless, padEnd, textWidth } from './text-width.ts';
import { keyedLines, type ValueStyle, valueLines } from './value-text.ts';

const severityColours: { readonly [severity in Severity]: Colour } = {
  debug: 'dim',
  info: 'plain',
  'info#err': 'plain',
  warning: 'yellow',
  error: 'red',
};

/** What was said about each resource, in the order in which resources were first spoken of. */
export function diagnosticSection(view: OperationView, paint: Painter): readonly string[] {
  const kept = view.diagnostics.filter((diagnostic) => diagnostic.isNote !== true);
  return groupedSection('Diagnostics:', kept, view, paint);
}

/** What was noticed beside the plan: drift, things that vanished. */
export function noteSection(view: OperationView, paint: Painter): readonly string[] {
  const notes = view.diagnostics.filter((diagnostic) => diagnostic.isNote === true);
  return groupedSection('Noticed (nothing of this is changed without refresh):', notes, view, paint);
}

function groupedSection(
  heading: string,
  diagnostics: readonly Diagnostic[],
  view: OperationView,
  paint: Painter,
): readonly string[] {
  if (diagnostics.length === 0) return [];
  const byResource = new Map<Urn | undefined, string[]>();
  for (const diagnostic of diagnostics) {
    const urn = diagnostic.urn ?? view.stack;
    byResource.set(urn, [...(byResource.get(urn) ?? []), diagnosticText(diagnostic, paint)]);
  }
  const lines = [paint('heading', heading)];
  for (const [text, entries] of Map.groupBy(byResource, ([, texts]) => texts.join('\n'))) {
    const urns = entries.map(([urn]) => urn).filter((urn) => urn !== undefined);
    if (urns.length > 0) lines.push(paint('blue', `  ${titlesOf(urns, view)}:`));
    lines.push(...text.split('\n').map((line) => (line === '' ? '' : `    ${line}`)), '');
  }
  return lines;
}

const mostTitles = 3;

/** Resources of which the same is said are said it once. */
function titlesOf(urns: readonly Urn[], view: OperationView): string {
  const titles = urns.slice(0, mostTitles).map((urn) => titleOf(urn, view));
  const others = urns.length - titles.length;
  return others > 0 ? `${titles.join(', ')} and ${others} more` : titles.join(', ');
}

function titleOf(urn: Urn, view: OperationView): string {
  const type = view.rows.get(urn)?.type ?? urn.split('::')[2]?.split('$').at(-1) ?? '';
  return resourceTitle(urn, type);
}

function diagnosticText(diagnostic: Diagnostic, paint: Painter): string {
  const text = harmless(diagnostic.message.replace(/\n+$/, ''), paint !== plainPainter);
  const prefix = diagnosticPrefix(diagnostic.severity);
  return prefix === '' ? text : paint(severityColours[diagnostic.severity], prefix) + text;
}

/** Plain messages have none: they are mostly the program's own output. */
export function diagnosticPrefix(severity: Severity): string {
  return severity === 'info' || severity === 'info#err' ? '' : `${severity}: `;
}

/** Outputs of the stack; against the old ones where there are differences to show. */
export function outputSection(
  old: PropertyMap,
  next: PropertyMap,
  style: ValueStyle & { readonly mayHaveLost: boolean },
  paint: Painter,
): readonly string[] {
  const keys = [...new Set([...Object.keys(next), ...(style.mayHaveLost ? Object.keys(old) : [])])].sort();
  if (keys.length === 0) return [];
  const width = Math.max(...keys.map(textWidth));
  const lines = keys.flatMap((key) => {
    const label = padEnd(key, width);
    const [before, after] = [Object.hasOwn(old, key) ? old[key] : undefined, next[key]];
    if (after === undefined || !Object.hasOwn(next, key))
      return marked('-', 'red', keyedLines(label, before!, style), paint);
    if (before === undefined) return marked('+', 'green', keyedLines(label, after, style), paint);
    if (isEqualValue(before, after)) return marked(' ', 'plain', keyedLines(label, after, style), paint);
    const [first, ...rest] = valueLines(after, style);
    return marked('~', 'yellow', [`${label}: ${valueLines(before, style).join('\n    ')} => ${first}`, ...rest], paint);
  });
  return [paint('heading', 'Outputs:'), ...lines];
}

function marked(mark: string, colour: Colour, lines: readonly string[], paint: Painter): readonly string[] {
  return lines.map((line, index) => paint(colour, index === 0 ? `  ${mark} ${line}` : `    ${line}`));
}

/** `    + 2 created`, one line for each operation there was, and a sum where there is more than one. */
export function resourceSection(summary: OperationSummary, paint: Painter): readonly string[] {
  const counts = Object.entries(summary.changes).filter(([, count]) => count !== undefined && count > 0) as [
    StepOp,
    number,
  ][];
  const changes = counts.filter(([op]) => op !== 'same');
  const same = counts.find(([op]) => op === 'same')?.[1] ?? 0;
  const lines = changes.map(([op, count]) => {
    const words = stepWords[op];
    const verb = summary.isPreview ? `to ${words.plan}` : words.done;
    return paint(words.colour, `    ${words.symbol.trim()} ${count} ${verb}`);
  });
  const total = changes.reduce((sum, [, count]) => sum + count, 0);
  const pieces = [changes.length > 1 ? `${total} changes` : '', same > 0 ? `${same} unchanged` : ''].filter(Boolean);
  if (pieces.length > 0) lines.push(`    ${pieces.join('. ')}`);
  else if (lines.length === 0) lines.push('    no resources');
  return [paint('heading', 'Resources:'), ...lines];
}

export function durationSection(summary: OperationSummary, paint: Painter): readonly string[] {
  return [`${paint('heading', 'Duration:')} ${durationText(summary.durationMs)}`];
}

import type { FieldChange, StateEffect } from '@radiant/toolkit';
import type { Painter } from './painter.ts';

/** What a change of the state by hand does, record by record and field by field. */
export function stateEffectLines(effects: readonly StateEffect[], paint: Painter): readonly string[] {
  const moved = effects.filter(({ kind }) => kind === 'moved');
  return [
    ...effects.flatMap((effect) => effectLines(effect, paint)),
    ...(moved.length === 0
      ? []
      : [
          'The following resources will be reordered to appear before their dependents:',
          ...moved.map(({ urn }) => `  * ${urn}`),
        ]),
    ...forgottenLines(effects),
  ];
}

function effectLines(effect: StateEffect, paint: Painter): readonly string[] {
  const { urn } = effect;
  switch (effect.kind) {
    case 'removed':
      return [`  ${paint('red', '-')} ${urn}${effect.isPending ? ' (pending deletion)' : ''}`];
    case 'added':
      return [`  ${paint('green', '+')} ${urn}`];
    case 'changed':
      return [`  ${paint('yellow', '~')} ${urn}`, ...effect.fields.map((field) => `      ${fieldText(field, paint)}`)];
    case 'doubt-settled':
      return [`  ${paint('red', '-')} ${urn}: no longer in doubt (it was interrupted while ${effect.operation})`];
    case 'doubt-added':
      return [`  ${paint('green', '+')} ${urn}: in doubt (as if interrupted while ${effect.operation})`];
    case 'moved':
      return [];
  }
}

function fieldText({ path, from, to }: FieldChange, paint: Painter): string {
  if (from === undefined) return `${paint('green', '+')} ${path}: ${short(to!)}`;
  if (to === undefined) return `${paint('red', '-')} ${path}: ${short(from)}`;
  return `${paint('yellow', '~')} ${path}: ${short(from)} => ${short(to)}`;
}

const longestValue = 200;

function short(text: string): string {
  const line = text.replaceAll('\n', '\\n');
  return line.length > longestValue ? `${line.slice(0, longestValue)}…` : line;
}

/** People think that deleting from the state deletes. */
function forgottenLines(effects: readonly StateEffect[]): readonly string[] {
  const count = effects.filter((effect) => effect.kind === 'removed' && effect.id !== '').length;
  if (count === 0) return [];
  const what = count === 1 ? 'The thing behind it stays, and is' : `The ${count} things behind them stay, and are`;
  return [`${what} no longer managed by this stack.`];
}

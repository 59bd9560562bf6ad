import {
  formatPropertyPath,
  type PathSegment,
  type PropertyValue,
  parseProviderReference,
  type StepInfo,
  urnName,
} from '@radiant/model';
import { isPacked, type PackedChange, packedChange } from './asset-text.ts';
import { type Change, shownChanges } from './changes.ts';
import { lineDiff, type MarkedLine } from './line-diff.ts';
import type { Colour, Painter } from './painter.ts';
import { stepWords } from './step-words.ts';
import { escaped, harmless, padEnd, textWidth } from './text-width.ts';
import { propertyLines, type ValueStyle, valueLines } from './value-text.ts';

/** What a step does to its resource, property by property. `depth`: how many ancestors are shown above it. */
export function stepDiffLines(step: StepInfo, depth: number, style: ValueStyle, paint: Painter): readonly string[] {
  const { symbol, colour } = stepWords[step.op];
  const id = step.old?.id || step.new?.id;
  const facts = [
    id ? `[id=${escaped(id)}]` : undefined,
    `[urn=${escaped(step.urn)}]`,
    isTold(step.provider) ? `[provider=${escaped(step.provider)}]` : undefined,
  ].filter((fact) => fact !== undefined);
  const lines = [
    paint(colour, `${symbol}${escaped(step.type)}: (${step.op})`),
    ...facts.map((fact) => `    ${paint('dim', fact)}`),
    ...propertyDiffLines(step, style, paint),
  ];
  return lines.map((line) => ' '.repeat(depth * 4) + line);
}

/** A component has no provider, and what has the default one needs no word about it. */
function isTold(provider: string): boolean {
  const urn = parseProviderReference(provider)?.urn;
  return urn !== undefined && urnName(urn) !== 'default';
}

function propertyDiffLines(step: StepInfo, style: ValueStyle, paint: Painter): readonly string[] {
  if (step.old === undefined && step.new !== undefined) {
    const { colour } = stepWords[step.op];
    return propertyLines(step.new.inputs, style).map((line) => `    ${paint(colour, line)}`);
  }
  const { shown, hidden } = shownChanges(step);
  const changes = shown.filter((change) => !String(change.path[0]).startsWith('__'));
  return [
    ...hidden.map((path) => paint('yellow', `~ ${path} (hidden)`)),
    ...treeLines(treeOf(changes), style, paint),
  ].map((line) => `  ${line}`);
}

interface ChangeTree {
  readonly children: Map<PathSegment, ChangeTree>;
  change?: Change;
}

function treeOf(changes: readonly Change[]): ChangeTree {
  const root: ChangeTree = { children: new Map() };
  for (const change of changes) {
    let node = root;
    for (const segment of change.path) {
      const child = node.children.get(segment) ?? { children: new Map() };
      node.children.set(segment, child);
      node = child;
    }
    node.change = change;
  }
  return root;
}

function treeLines(tree: ChangeTree, style: ValueStyle, paint: Painter): readonly string[] {
  const labels = [...tree.children.keys()].map((segment) => labelOf(segment));
  const width = Math.max(0, ...labels.map(textWidth));
  const children = [...tree.children].sort(([left], [right]) => inOrder(left, right));
  return children.flatMap(([segment, child]) => {
    const label = padEnd(labelOf(segment), width);
    if (child.change !== undefined && child.children.size === 0) return changeLines(label, child.change, style, paint);
    const [open, close] = [...child.children.keys()].some((key) => typeof key === 'number') ? ['[', ']'] : ['{', '}'];
    return [
      paint('yellow', `~ ${label}: ${open}`),
      ...treeLines(child, style, paint).map((line) => `    ${line}`),
      `  ${close}`,
    ];
  });
}

function inOrder(left: PathSegment, right: PathSegment): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : 1;
}

function labelOf(segment: PathSegment): string {
  return typeof segment === 'number'
    ? `[${segment}]`
    : typeof segment === 'string'
      ? escaped(segment)
      : formatPropertyPath([segment]);
}

const changeMarks: { readonly [kind in Change['kind']]: readonly [symbol: string, colour: Colour] } = {
  add: ['+', 'green'],
  delete: ['-', 'red'],
  update: ['~', 'yellow'],
};

function changeLines(label: string, change: Change, style: ValueStyle, paint: Painter): readonly string[] {
  const [symbol, colour] = changeMarks[change.kind];
  const remark = change.forcesReplacement ? paint('magenta', ' (forces replacement)') : '';
  if (change.kind !== 'update') {
    const value = change.kind === 'add' ? change.new : change.old;
    const [first, ...rest] = value === undefined ? ['?'] : valueLines(value, style);
    return [
      paint(colour, `${symbol} ${label}: ${first}`) + remark,
      ...rest.map((line) => paint(colour, `${symbol} ${line}`)),
    ];
  }
  const packed = isPacked(change.old) && isPacked(change.new) ? packedChange(change.old, change.new) : undefined;
  if (packed !== undefined) return packedChangeLines(label, packed, remark, paint);
  const texts = [change.old, change.new].map(asMultiline);
  if (texts[0] !== undefined && texts[1] !== undefined) {
    return [
      paint(colour, `${symbol} ${label}:`) + remark,
      ...lineDiff(texts[0], texts[1], style.showFull).map(([mark, line]) =>
        paint(lineColours[mark], `      ${mark} ${harmless(line, false)}`),
      ),
    ];
  }
  const [old, next] = [updateSide(change.old, style), updateSide(change.new, style)];
  return [
    paint(colour, `${symbol} ${label}: `) +
      paint('red', old.join('\n')) +
      paint('dim', ' => ') +
      paint('green', next.join('\n')) +
      remark,
  ].flatMap((text) => text.split('\n'));
}

function packedChangeLines(label: string, change: PackedChange, remark: string, paint: Painter): readonly string[] {
  const [symbol, colour] = changeMarks[change.kind];
  const [first, ...rest] = `${label}: ${change.text}`.split('\n');
  const head = (opening: string) => paint(colour, `${symbol} ${first}${opening}`) + remark;
  if (change.inside === undefined) return [head(''), ...rest.map((line) => paint(colour, `${symbol} ${line}`))];
  const inside = change.inside.flatMap((part) => packedChangeLines(JSON.stringify(part.name), part, '', paint));
  return [head(' {'), ...inside.map((line) => `    ${line}`), '  }'];
}

const lineColours: { readonly [mark in MarkedLine[0]]: Colour } = { '+': 'green', '-': 'red', ' ': 'dim' };

function updateSide(value: PropertyValue | undefined, style: ValueStyle): readonly string[] {
  return value === undefined ? ['(none)'] : valueLines(value, style);
}

/** Texts of several lines are compared line by line; a secret one never is. */
function asMultiline(value: PropertyValue | undefined): string | undefined {
  return typeof value === 'string' && value.includes('\n') ? value : undefined;
}

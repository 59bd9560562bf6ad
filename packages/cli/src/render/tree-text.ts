import type { Urn } from '@radiant/model';
import { type Naming, shortType } from './names.ts';
import type { OperationView, Row } from './operation-view.ts';
import type { Painter } from './painter.ts';
import { type RowContext, type RowText, rowText, shownStep } from './row-text.ts';
import { type Attention, isNews } from './step-words.ts';
import { cutEnd, cutStart, padEnd, textWidth } from './text-width.ts';

export interface TreeOptions extends RowContext {
  readonly columns: number;
  /** At most so many lines of resources; undefined for all. */
  readonly maxRows?: number;
  readonly attention: Attention;
  readonly naming: Naming;
  readonly paint: Painter;
}

/** A row in its place; what it says is worked out for those that are shown. */
interface PlacedRow {
  readonly row: Row;
  /** With the branches in front. */
  readonly type: string;
}

interface TreeLine {
  readonly type: string;
  readonly name: string;
  readonly text: RowText;
}

/** The resources that change, under their parents, in columns that fit the terminal. */
export function treeLines(view: OperationView, options: TreeOptions): readonly string[] {
  const { shown, hidden } = fitted(placed(view, options), options.maxRows);
  if (shown.length === 0) return [];
  const lines = shown.map(({ row, type }) => ({
    type,
    name: options.naming(row.urn),
    text: textOf(row, view, options),
  }));
  const widths = columnWidths(lines, options.columns);
  const { paint } = options;
  const heading = cutEnd(
    `     ${padEnd('Type', widths.type)}  ${padEnd('Name', widths.name)}  ${padEnd(options.isPreview ? 'Plan' : 'Status', widths.status)}  Info`,
    options.columns,
  ).trimEnd();
  return [
    paint('bold', heading),
    ...lines.map((line) => lineText(line, widths, paint)),
    ...(hidden > 0 ? [paint('dim', `     … and ${hidden} more`)] : []),
  ];
}

function placed(view: OperationView, options: TreeOptions): readonly PlacedRow[] {
  const children = new Map<Urn | undefined, Row[]>();
  for (const row of view.rows.values()) {
    const parent = row.parent !== undefined && view.rows.has(row.parent) ? row.parent : undefined;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [row]);
    else siblings.push(row);
  }
  const lines: PlacedRow[] = [];
  const walk = (rows: readonly Row[], indent: string, isRoot: boolean): void => {
    const shown = rows.filter((row) => isVisible(row, children, options));
    for (const [index, row] of shown.entries()) {
      const isLast = index === shown.length - 1;
      const branch = isRoot ? '' : isLast ? '└─ ' : '├─ ';
      const below = isRoot ? '' : isLast ? '   ' : '│  ';
      lines.push({ row, type: indent + branch + shortType(row.type) });
      walk(children.get(row.urn) ?? [], indent + below, false);
    }
  };
  walk(children.get(undefined) ?? [], '', true);
  return lines;
}

/** The stack is at work as long as its program runs, whatever happens to it as a resource. */
function textOf(row: Row, view: OperationView, options: TreeOptions): RowText {
  const text = rowText(row, options);
  const isRunning = row.urn === view.stack && !options.isOver && text.status === '';
  return isRunning ? { ...text, status: 'running' } : text;
}

function isVisible(row: Row, children: ReadonlyMap<Urn | undefined, readonly Row[]>, options: TreeOptions): boolean {
  const step = shownStep(row);
  const hasNews = row.errors + row.warnings + row.messages > 0 || row.status !== undefined;
  if (row.parent === undefined || hasNews || step?.state === 'failed') return true;
  if (step !== undefined && isNews(step.op, options.attention) && !(step.op === 'refresh' && options.isOver))
    return true;
  return (children.get(row.urn) ?? []).some((child) => isVisible(child, children, options));
}

/** When not all fit, those at work stay, with the stack on top. */
function fitted(
  lines: readonly PlacedRow[],
  maxRows: number | undefined,
): { readonly shown: readonly PlacedRow[]; readonly hidden: number } {
  if (maxRows === undefined || lines.length <= maxRows) return { shown: lines, hidden: 0 };
  const room = Math.max(1, maxRows - 1);
  const rank = (line: PlacedRow, index: number): number => {
    if (index === 0) return 0;
    const state = shownStep(line.row)?.state;
    return state === 'failed' ? 1 : state === 'running' ? 2 : 3;
  };
  const ranked = lines.map((line, index) => ({ index, rank: rank(line, index) }));
  ranked.sort((left, right) => left.rank - right.rank || right.index - left.index);
  const kept = new Set(ranked.slice(0, room).map(({ index }) => index));
  return { shown: lines.filter((_, index) => kept.has(index)), hidden: lines.length - kept.size };
}

interface Widths {
  readonly type: number;
  readonly name: number;
  readonly status: number;
  readonly info: number;
}

/** What gives way first when the terminal is narrow, and how far. */
const shrinking: readonly (readonly [column: keyof Widths, least: number])[] = [
  ['info', 12],
  ['type', 24],
  ['name', 12],
  ['info', 0],
  ['type', 8],
  ['name', 4],
  ['status', 6],
];

function columnWidths(lines: readonly TreeLine[], columns: number): Widths {
  const widest = (of: (line: TreeLine) => string, least: number): number =>
    lines.reduce((width, line) => Math.max(width, textWidth(of(line))), least);
  const widths = {
    type: widest((line) => line.type, 4),
    name: widest((line) => line.name, 4),
    status: widest((line) => line.text.status, 6),
    info: widest((line) => line.text.info, 0),
  };
  const total = (): number => 11 + widths.type + widths.name + widths.status + widths.info;
  for (const [column, least] of shrinking) {
    const excess = total() - columns;
    if (excess > 0) widths[column] = Math.max(Math.min(widths[column], least), widths[column] - excess);
  }
  return widths;
}

function lineText(line: TreeLine, widths: Widths, paint: Painter): string {
  const { text } = line;
  const start = ` ${paint(text.colour, text.symbol)}  ${padEnd(cutType(line.type, widths.type), widths.type)}  ${padEnd(cutEnd(line.name, widths.name), widths.name)}`;
  const info = cutEnd(text.info, widths.info);
  if (text.status === '' && info === '') return start.trimEnd();
  const words = cutEnd(text.status, widths.status);
  const status = info === '' ? words : padEnd(words, widths.status);
  return `${start}  ${paint(text.colour, status)}${info === '' ? '' : `  ${info}`}`;
}

/** Keeps the branches and as much of the type as says most: `apps/v1:Deployment`, `Deployment`, `…oyment`. */
function cutType(text: string, width: number): string {
  const branches = /^[│├└─ ]*/.exec(text)![0];
  const type = text.slice(branches.length);
  const room = Math.max(1, width - textWidth(branches));
  const parts = type.split(':');
  const endings = parts.map((_, index) => parts.slice(index).join(':'));
  return branches + (endings.find((ending) => textWidth(ending) <= room) ?? cutStart(endings.at(-1)!, room));
}

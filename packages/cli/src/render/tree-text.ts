import type { Urn } from '@radiant/model';
import { type Naming, shortType } from './names.ts';
import type { OperationView, Row } from './operation-view.ts';
import type { Painter } from './painter.ts';
import { type RowContext, type RowText, rowText, shownStep } from './row-text.ts';
import { type Attention, isNews } from './step-words.ts';
import { folded, textWidth } from './text-width.ts';
import { columns, headingText, lineText, type TreeLine, type Widths } from './tree-columns.ts';

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
  readonly branches: string;
}

/** The resources that change, under their parents, in columns that fit the terminal. */
export function treeLines(view: OperationView, options: TreeOptions): readonly string[] {
  const { shown, hidden } = fitted(placed(view, options), options.maxRows);
  if (shown.length === 0) return [];
  const { lines, widths } = columns(
    shown.map(({ row, branches }) => ({
      branches,
      type: shortType(row.type),
      name: options.naming(row.urn),
      text: textOf(row, view, options),
    })),
    options.columns,
  );
  const { paint } = options;
  return [
    paint('bold', headingText(widths, options.isPreview)),
    ...lines.map((line) => lineText(line, widths, paint)),
    ...(hidden > 0 ? [paint('dim', `     … and ${hidden} more`)] : []),
    ...(options.isOver ? [] : reasonLines(shown, lines, widths, options)),
  ];
}

const mostReasons = 2;
const mostLines = 3;

/** What things wait for, where the column has no room for it: of all that is shown it says most. */
function reasonLines(
  shown: readonly PlacedRow[],
  lines: readonly TreeLine[],
  widths: Widths,
  { columns: available, paint }: TreeOptions,
): readonly string[] {
  return lines
    .filter(({ text }, index) => isSaid(shown[index]!.row.status) && textWidth(text.info) > widths.info)
    .slice(0, mostReasons)
    .flatMap(({ name, text }) => folded(`${name}: ${text.info}`, available - 7, mostLines))
    .map((line) => paint('dim', `     ${line}`));
}

function isSaid(status: string | undefined): boolean {
  return status !== undefined && status !== '';
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
      lines.push({ row, branches: indent + branch });
      walk(children.get(row.urn) ?? [], indent + below, false);
    }
  };
  walk(children.get(undefined) ?? [], '', true);
  return lines;
}

/** The stack is at work as long as its program runs, and fails with it, whatever happens to it as a resource. */
function textOf(row: Row, view: OperationView, options: TreeOptions): RowText {
  const text = rowText(row, options);
  if (row.urn !== view.stack) return text;
  if (options.isOver) return row.errors > 0 ? { ...text, colour: 'red', status: '**failed**' } : text;
  return text.status === '' ? { ...text, status: 'running' } : text;
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

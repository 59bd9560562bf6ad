import type { Painter } from './painter.ts';
import type { RowText } from './row-text.ts';
import { cutEnd, cutStart, padEnd, textWidth } from './text-width.ts';

export interface TreeLine {
  /** What joins it to its parent. */
  readonly branches: string;
  readonly type: string;
  readonly name: string;
  readonly text: RowText;
}

/** Of the columns, in columns of the terminal. */
export interface Widths {
  /** With the branches. */
  readonly type: number;
  readonly name: number;
  readonly status: number;
  /** 0 when there is nothing to say, or no room for it. */
  readonly info: number;
}

/** What gives way first when the terminal is narrow, and how far. */
const shrinking: readonly (readonly [column: keyof Widths, least: number])[] = [
  ['info', 12],
  ['type', 24],
  ['name', 12],
  ['info', 0],
  ['type', 16],
  ['status', 8],
  ['name', 6],
  ['type', 8],
  ['name', 4],
  ['status', 6],
];

/** Lays lines out for a terminal. Types become short before anything else is cut further than it must. */
export function columns(
  lines: readonly TreeLine[],
  available: number,
): { readonly lines: readonly TreeLine[]; readonly widths: Widths } {
  const whole = widthsOf(lines);
  const first = shrunk(whole, available);
  if (first.type === whole.type) return { lines, widths: first };
  const short = shortened(lines, first.type);
  return { lines: short, widths: shrunk(widthsOf(short), available) };
}

function widthsOf(lines: readonly TreeLine[]): Widths {
  const widest = (of: (line: TreeLine) => string, least: number): number =>
    lines.reduce((width, line) => Math.max(width, textWidth(of(line))), least);
  return {
    type: widest((line) => line.branches + line.type, 4),
    name: widest((line) => line.name, 4),
    status: widest((line) => line.text.status, 6),
    info: widest((line) => line.text.info, 0),
  };
}

const margin = 5;
const gap = 2;

function total({ type, name, status, info }: Widths): number {
  return margin + type + gap + name + gap + status + (info > 0 ? gap + info : 0);
}

function shrunk(whole: Widths, available: number): Widths {
  const widths = { ...whole };
  for (const [column, least] of shrinking) {
    const excess = total(widths) - available;
    if (excess > 0) widths[column] = Math.max(Math.min(widths[column], least), widths[column] - excess);
  }
  // Fewer say nothing.
  return widths.info < 4 ? { ...widths, info: 0 } : widths;
}

/**
 * Keeps of types as much as says most: `apps/v1:Deployment`, `Deployment`. The package goes from all of its types or
 * from none, so that one is not taken for another's.
 */
function shortened(lines: readonly TreeLine[], width: number): readonly TreeLine[] {
  const fitting = lines.map(({ branches, type }) => {
    const endings = endingsOf(type);
    const index = endings.findIndex((ending) => textWidth(branches + ending) <= width);
    return index === -1 ? endings.length - 1 : index;
  });
  const crowded = new Set(lines.flatMap(({ type }, index) => (fitting[index]! > 0 ? [packageOf(type)] : [])));
  return lines.map((line, index) => {
    const endings = endingsOf(line.type);
    const least = crowded.has(packageOf(line.type)) && endings.length > 1 ? 1 : 0;
    return { ...line, type: endings[Math.max(fitting[index]!, least)]! };
  });
}

/** `a:b:C`, `b:C`, `C`. */
function endingsOf(type: string): readonly string[] {
  const parts = type.split(':');
  return parts.map((_, index) => parts.slice(index).join(':'));
}

function packageOf(type: string): string {
  return type.split(':')[0]!;
}

export function headingText(widths: Widths, isPreview: boolean): string {
  const cells = [
    padEnd('Type', widths.type),
    padEnd('Name', widths.name),
    padEnd(isPreview ? 'Plan' : 'Status', widths.status),
  ];
  return `${' '.repeat(margin)}${[...cells, widths.info > 0 ? 'Info' : ''].join('  ')}`.trimEnd();
}

export function lineText({ branches, type, name, text }: TreeLine, widths: Widths, paint: Painter): string {
  const room = Math.max(1, widths.type - textWidth(branches));
  const place = padEnd(branches + cutStart(type, room), widths.type);
  const start = ` ${paint(text.colour, text.symbol)}  ${place}  ${padEnd(cutEnd(name, widths.name), widths.name)}`;
  const info = cutEnd(text.info, widths.info);
  if (text.status === '' && info === '') return start.trimEnd();
  const words = cutEnd(textWidth(text.status) > widths.status ? withoutTime(text.status) : text.status, widths.status);
  const status = info === '' ? words : padEnd(words, widths.status);
  return `${start}  ${paint(text.colour, status)}${info === '' ? '' : `  ${info}`}`;
}

/** `created (0.12s)` is `created` where room is short. */
function withoutTime(status: string): string {
  return status.replace(/ \([\d.]+s\)$/, '');
}

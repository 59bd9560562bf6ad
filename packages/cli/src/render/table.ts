import { padEnd, textWidth } from './text-width.ts';

/** Columns two spaces apart; values of several lines are shown in one. */
export function tableLines(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = [headings, ...rows].map((row) => row.map((cell) => cell.replaceAll(/\r?\n/g, '\\n')));
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => textWidth(row[column] ?? ''))));
  return cells.map((row) =>
    row
      .map((cell, column) => padEnd(cell, widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

import { textWidth } from '../render/text-width.ts';
import type { EdgeColours } from './dot.ts';
import { layered } from './layout.ts';
import type { ResourceGraph } from './resource-graph.ts';

const sizes = { character: 7.3, padding: 12, height: 28, rowGap: 14, columnGap: 70, margin: 16 };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The graph as a picture, drawn here: browsers and editors show it. Parents are dashed lines, dependencies arrows. */
export function svgText(graph: ResourceGraph, colours: EdgeColours): string {
  const boxes = boxesOf(graph);
  const width = boxes.reduce((most, box) => Math.max(most, box.x + box.width), 0) + sizes.margin;
  const height = boxes.reduce((most, box) => Math.max(most, box.y + sizes.height), 0) + sizes.margin;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12">`,
    '  <defs>',
    ...(['dependency', 'parent'] as const).map(
      (kind) =>
        `    <marker id="${kind}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="${escaped(colours[kind])}"/></marker>`,
    ),
    '  </defs>',
    '  <rect width="100%" height="100%" fill="#ffffff"/>',
    ...graph.edges.map(({ kind, from, to, label }) => edgeLine(kind, boxes[from]!, boxes[to]!, label, colours[kind])),
    ...graph.nodes.map(({ label }, place) => nodeLine(boxes[place]!, label)),
    '</svg>',
    '',
  ];
  return lines.join('\n');
}

function boxesOf(graph: ResourceGraph): readonly Box[] {
  const places = layered(graph);
  const widths: number[] = graph.nodes.map(({ label }) => textWidth(label) * sizes.character + 2 * sizes.padding);
  const columnWidths: number[] = [];
  for (const [node, { column }] of places.entries())
    columnWidths[column] = Math.max(columnWidths[column] ?? 0, widths[node]!);
  let x = sizes.margin;
  const starts = columnWidths.map((width) => {
    const start = x;
    x += width + sizes.columnGap;
    return start;
  });
  return places.map(({ column, row }, node) => ({
    x: starts[column]!,
    y: sizes.margin + row * (sizes.height + sizes.rowGap),
    width: widths[node]!,
  }));
}

/** From the side of one box to the facing side of the other. */
function edgeLine(kind: 'dependency' | 'parent', from: Box, to: Box, label: string, colour: string): string {
  const isRightward = to.x > from.x;
  const [startX, endX] = isRightward ? [from.x + from.width, to.x] : [from.x, to.x + to.width];
  const [startY, endY] = [from.y + sizes.height / 2, to.y + sizes.height / 2];
  const bend = (isRightward ? 1 : -1) * Math.max(sizes.columnGap / 2, Math.abs(endX - startX) / 2);
  const points = [startX, startY, startX + bend, startY, endX - bend, endY, endX, endY].map(round);
  const [mx, my, ...curve] = points;
  const dash = kind === 'parent' ? ' stroke-dasharray="4 3"' : '';
  const title = label === '' ? '' : `<title>${escaped(label)}</title>`;
  return `  <path d="M${mx} ${my} C${curve.join(' ')}" fill="none" stroke="${escaped(colour)}"${dash} marker-end="url(#${kind})">${title}</path>`;
}

function nodeLine({ x, y, width }: Box, label: string): string {
  const text = `<text x="${round(x + sizes.padding)}" y="${round(y + 18)}">${escaped(label)}</text>`;
  return `  <g><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${sizes.height}" rx="5" fill="#f5f7fa" stroke="#5b6770"/>${text}</g>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const entities: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML cannot hold at all is left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"]/g, (character) => entities[character]!);
}

import { stripVTControlCharacters } from 'node:util';

/** Columns that `text` takes on a terminal (Unicode TR11: wide and fullwidth take two, combining marks none). */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return code < 0x20 ? 0 : 1;
  if (/\p{Mark}|\p{Default_Ignorable_Code_Point}/u.test(character)) return 0;
  return isWide(code) ? 2 : 1;
}

const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  return wideRanges.some(([from, to]) => code >= from && code <= to);
}

/** At most `width` columns, with an ellipsis at the end where something was cut. */
export function cutEnd(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    kept += character;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** At most `most` lines of at most `width` columns, parted between words; all but the first are indented. */
export function folded(text: string, width: number, most: number): readonly string[] {
  const [first = '', ...words] = text.split(' ');
  const lines = [first];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (textWidth(longer) <= width || lines.length === most) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines.map((line) => cutEnd(line, width));
}

/** As `cutEnd`, with the ellipsis in front: of a type, the kind says most. */
export function cutStart(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const reversed = [...text].reverse();
  let kept = '';
  let used = 1;
  for (const character of reversed) {
    used += characterWidth(character);
    if (used > width) break;
    kept = character + kept;
  }
  return width < 1 ? '' : `…${kept}`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** One line without escapes and control characters: what others wrote must not move our cursor. */
export function singleLine(text: string): string {
  const line = stripVTControlCharacters(text).trim().split(/\r?\n/)[0] ?? '';
  return line.replaceAll(/\p{Control}/gu, ' ');
}

/** On one line whatever it holds: control characters as JSON has them (Pulumi: escapeURN). */
export function escaped(text: string): string {
  return text.replaceAll(/\p{Control}/gu, (control) => {
    const quoted = JSON.stringify(control).slice(1, -1);
    return quoted === control ? `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}` : quoted;
  });
}

const colourSequence = new RegExp(`(${'\u001b'}\\[[\\d;:]*m)`);

/** What others wrote, without anything that could move our cursor; their colours stay where colour is wanted. */
export function harmless(text: string, keepsColours: boolean): string {
  const parts = text.split(colourSequence).map((part, index) => {
    if (index % 2 === 1) return keepsColours ? part : '';
    return stripVTControlCharacters(part).replaceAll(/[^\P{Control}\n\t]/gu, '');
  });
  const isColoured = keepsColours && parts.length > 1;
  return parts.join('') + (isColoured ? '\u001b[0m' : '');
}

import { textWidth } from '../../../packages/cli/src/render/text-width.ts';

/** A terminal of so many columns and rows, as far as our output asks for one. */
export interface Screen {
  /** Throws for a control sequence that it does not know: what it shows is then no proof. */
  write(text: string): void;
  /** Everything from the first line on, also what has scrolled away, without blanks at the ends. */
  text(): string;
}

export const escapeCharacter = '\u001b';
export const colouring = new RegExp(`${escapeCharacter}\\[[\\d;]*m`);
/** What draws over what stands there, or hides the cursor meanwhile. */
export const drawing = new RegExp(`${escapeCharacter}\\[[?\\d]*[A-Zhl]`);

/** What stands in a cell that the wide character before it takes as well. */
const covered = '';

const sequence = new RegExp(
  ['\u001b\\[([?\\d;]*)([A-Za-z])', '[\\r\\n\\u0007]', '[^\\p{Control}]\\p{Mark}*']
    .map((part) => `(?:${part})`)
    .join('|'),
  'uy',
);

export function createScreen(columns: number, rows: number): Screen {
  const lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  /** The first line that has not scrolled away: what is above is out of the cursor's reach. */
  let top = 0;

  const moveTo = (wanted: number): void => {
    row = Math.max(top, wanted);
    top = Math.max(top, row - rows + 1);
    while (lines.length <= row) lines.push([]);
  };
  const put = (character: string): void => {
    const width = textWidth(character);
    if (column + width > columns) {
      moveTo(row + 1);
      column = 0;
    }
    const line = lines[row]!;
    while (line.length < column) line.push(' ');
    line[column] = character;
    if (width === 2) line[column + 1] = covered;
    column += width;
  };
  const eraseToEnd = (): void => {
    lines[row]!.length = Math.min(lines[row]!.length, column);
  };
  const controls: { readonly [sequence: string]: (count: number) => void } = {
    A: (count) => moveTo(row - count),
    B: (count) => moveTo(Math.min(lines.length - 1, row + count)),
    G: (count) => {
      column = count - 1;
    },
    K: eraseToEnd,
    '2K': () => {
      lines[row] = [];
    },
    J: () => {
      eraseToEnd();
      lines.length = row + 1;
    },
  };
  const control = (parameters: string, letter: string): void => {
    // Colours, the cursor's look, and several frames as one change nothing of what stands where.
    if ('mhl'.includes(letter)) return;
    const act = controls[parameters + letter] ?? ('ABG'.includes(letter) ? controls[letter] : undefined);
    if (act === undefined) throw new Error(`the terminal of the tests knows no ESC [ ${parameters}${letter}`);
    act(Number(parameters || '1'));
  };

  return {
    write(text) {
      sequence.lastIndex = 0;
      while (sequence.lastIndex < text.length) {
        const at = sequence.lastIndex;
        const match = sequence.exec(text);
        if (match === null)
          throw new Error(`the terminal of the tests knows no ${JSON.stringify(text.slice(at, at + 12))}`);
        if (match[2] !== undefined) control(match[1]!, match[2]);
        else if (match[0] === '\r') column = 0;
        else if (match[0] === '\n') moveTo(row + 1);
        else if (match[0] !== '\u0007') put(match[0]);
      }
    },
    text: () =>
      lines
        .map((line) => line.join('').trimEnd())
        .join('\n')
        .trim(),
  };
}

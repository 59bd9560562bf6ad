import colors from 'picocolors';

export type Colour = 'plain' | 'green' | 'yellow' | 'red' | 'magenta' | 'cyan' | 'blue' | 'dim' | 'bold' | 'heading';

/** Puts colour on text, or does not. */
export type Painter = (colour: Colour, text: string) => string;

export const plainPainter: Painter = (_, text) => text;

export function colourPainter(): Painter {
  const on = colors.createColors(true);
  const paints: { readonly [colour in Colour]: (text: string) => string } = {
    plain: (text) => text,
    green: on.green,
    yellow: on.yellow,
    red: on.red,
    magenta: on.magenta,
    cyan: on.cyan,
    blue: on.blue,
    dim: on.dim,
    bold: on.bold,
    heading: (text) => on.bold(on.magenta(text)),
  };
  return (colour, text) => (text === '' ? '' : paints[colour](text));
}

/** `--color` first, then NO_COLOR and FORCE_COLOR (no-color.org), then whether it is a terminal. */
export function choosePainter(
  flag: string | undefined,
  env: { readonly [name: string]: string | undefined },
  isTerminal: boolean,
): Painter {
  if (flag === 'always') return colourPainter();
  if (flag === 'never' || flag === 'raw') return plainPainter;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return plainPainter;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0') return colourPainter();
  return isTerminal && env.TERM !== 'dumb' ? colourPainter() : plainPainter;
}

import type { CliContext } from '../context.ts';

/** JSON as the established CLI prints it: indented, with a newline at its end. */
export function writeJson(context: Pick<CliContext, 'out'>, value: unknown, indent = 2): void {
  context.out.write(`${JSON.stringify(value, undefined, indent)}\n`);
}

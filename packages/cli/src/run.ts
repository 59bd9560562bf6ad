import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from './args/parse.ts';
import { CliError } from './cli-error.ts';
import { catalogue } from './commands/catalogue.ts';
import type { CliContext } from './context.ts';
import { reportFailure } from './process/failure.ts';
import { isPlain } from './process/interactivity.ts';

/** Runs one command line and returns its exit code. Never throws. */
export async function run(args: readonly string[], context: CliContext): Promise<number> {
  try {
    const parsed = parse(args, catalogue, context.env, {
      out: (text) => context.out.write(text),
      err: (text) => context.err.write(text),
      columns: context.out.columns,
    });
    if (parsed.kind === 'answered') return parsed.exitCode;
    if (parsed.kind === 'version') {
      context.out.write(`${context.version}\n`);
      return 0;
    }
    const handler = await parsed.spec.load!();
    const { given } = parsed;
    const cwd = workingFolder(context.cwd, given.value('cwd'));
    const form = isPlain(context.env, given) ? 'plain' : 'drawn';
    return await handler({ ...context, cwd, prompts: () => context.prompts(form) }, given);
  } catch (error) {
    return reportFailure(error, context);
  }
}

function workingFolder(current: string, asked: string | undefined): string {
  if (asked === undefined) return current;
  const folder = resolve(current, asked);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CliError(`there is no folder ${folder}`);
  return folder;
}

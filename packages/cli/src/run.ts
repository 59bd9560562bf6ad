import { resolve } from 'node:path';
import { parse } from './args/parse.ts';
import { catalogue } from './commands/catalogue.ts';
import type { CliContext } from './context.ts';
import { reportFailure } from './process/failure.ts';

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
    const cwd = parsed.given.value('cwd');
    const handler = await parsed.spec.load!();
    return await handler(cwd === undefined ? context : { ...context, cwd: resolve(context.cwd, cwd) }, parsed.given);
  } catch (error) {
    return reportFailure(error, context);
  }
}

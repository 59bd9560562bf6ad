import { OperationError } from '@radiant/model';
import type { Workspace } from '@radiant/toolkit';
import type { CliContext } from '../context.ts';
import { installNeeds } from './install.ts';

/** Installs what has just been made needs. Without it, too, all else is made: so a failure says how to go on. */
export async function installMade(context: CliContext, workspace: Workspace): Promise<void> {
  context.out.write('Installing dependencies...\n');
  try {
    await installNeeds(context, workspace, { dependencies: true, plugins: true, usesVersionTools: false });
    context.out.write('\n');
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    // Of a language that Radiant installs nothing for; many need nothing.
    if (error.code !== 'RUNTIME_UNSUPPORTED') throw withWayOn(error);
    context.err.write(`warning: ${error.summary}\n`);
  }
}

function withWayOn({ code, summary, detail, remedy, exitCode, cause }: OperationError): OperationError {
  const wayOn = 'All else is made. Install again in its folder:\n    radiant install';
  return new OperationError({
    ...{ code, summary, detail, exitCode, cause },
    remedy: remedy === undefined ? wayOn : `${remedy}\n${wayOn}`,
  });
}

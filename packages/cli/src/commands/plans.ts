import { resolve } from 'node:path';
import type { OperationReport, Stack } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { isForMachines } from '../args/output-form.ts';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';

/** What the flags of preview and up say about plans. */
export interface PlanFlags {
  /** Where a preview writes what it foresaw, as given. */
  readonly saveTo: string | undefined;
  /** The file that binds an update, as given. */
  readonly boundBy: string | undefined;
  /** Whether an update is bound by its own preview. */
  readonly isStrict: boolean;
}

export function planFlags(given: Given): PlanFlags {
  const isStrict = given.flag('strict');
  for (const flag of ['skip-preview', 'json'])
    if (isStrict && given.flag(flag))
      throw new CliError(
        `--strict and --${flag} cannot be used together: there is no preview to bind the update by\n` +
          'Use a plan: `radiant preview --save-plan plan.json`, then `radiant up --plan plan.json`.',
      );
  return { saveTo: given.value('save-plan'), boundBy: given.value('plan'), isStrict };
}

/** The options of an operation that plans bring. */
export async function planOptions(flags: PlanFlags, context: CliContext, stack: Stack) {
  const plan = flags.boundBy === undefined ? undefined : await stack.readPlan(resolve(context.cwd, flags.boundBy));
  return {
    ...(plan !== undefined && { plan }),
    ...((flags.isStrict || flags.saveTo !== undefined) && { makesPlan: true }),
  };
}

/** Writes what the preview foresaw, and says so where people read it. */
export async function savePlan(
  { saveTo }: PlanFlags,
  { plan }: OperationReport,
  { context, given, stack }: { readonly context: CliContext; readonly given: Given; readonly stack: Stack },
): Promise<void> {
  if (saveTo === undefined || plan === undefined) return;
  await stack.writePlan(resolve(context.cwd, saveTo), plan);
  if (isForMachines(given)) return;
  context.out.write(
    `Update plan written to '${saveTo}'\n` +
      `Run \`radiant up --plan='${saveTo}'\` to constrain the update to the operations planned by this preview\n`,
  );
}

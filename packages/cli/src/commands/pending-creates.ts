import type { OperationOptions, Stack } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { mayAsk } from './workspace.ts';

type PendingCreates = NonNullable<OperationOptions['pendingCreates']>;

/** What the flags say of creations that were interrupted and that no provider can tell about. */
export function pendingCreatesOf(given: Given): PendingCreates | undefined {
  const imports = Object.fromEntries(pairsOf(given.values('import-pending-creates')));
  const clearsOthers = given.flag('clear-pending-creates');
  return Object.keys(imports).length === 0 && !clearsOthers ? undefined : { imports, clearsOthers };
}

/** `URN,ID`, or the established CLI's way: the URN and then the id, each with the flag before it. */
function pairsOf(values: readonly string[]): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    // An id may hold commas, a URN as a rule does not.
    const cut = value.indexOf(',');
    const [urn, id] = cut < 0 ? [value, values[++index] ?? ''] : [value.slice(0, cut), value.slice(cut + 1)];
    if (!urn.startsWith('urn:pulumi:') || id === '')
      throw new CliError(`--import-pending-creates takes URN,ID, not '${value}': each URN must be followed by an ID`);
    pairs.push([urn, id]);
  }
  return pairs;
}

const choices = {
  clear: 'clear (the CREATE failed; remove the pending CREATE)',
  skip: 'skip (do nothing)',
  import: 'import (the CREATE succeeded; provide a resource ID and complete the CREATE operation)',
} as const;

/** Asks a person about what only a person can find out, in the established CLI's words; adds to what flags have said. */
export async function askPendingCreates(
  context: CliContext,
  given: Given,
  stack: Stack,
  known: PendingCreates | undefined,
): Promise<PendingCreates | undefined> {
  const isSettled = known?.clearsOthers === true || given.flag('skip-pending-creates') || given.flag('yes');
  if (isSettled || !mayAsk(context, given)) return known;
  const urns = (await stack.creationsInDoubt()).filter((urn) => known?.imports[urn] === undefined);
  if (urns.length === 0) return known;
  const prompts = await context.prompts();
  const imports = { ...known?.imports };
  const clears: string[] = [];
  for (const urn of urns) {
    const answer = await prompts.choose(`Options for pending CREATE of ${urn}`, Object.values(choices), choices.skip);
    if (answer === choices.clear) clears.push(urn);
    if (answer !== choices.import) continue;
    const id = (await prompts.text('ID:')).trim();
    if (id !== '') imports[urn] = id;
  }
  return { imports, clears, clearsOthers: false };
}

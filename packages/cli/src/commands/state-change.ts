import { OperationError } from '@radiant/model';
import type { PlannedStateChange, Stack, StateChange } from '@radiant/toolkit';
import { booleanOf, type Given } from '../args/given.ts';
import { CliError, missingConfirmation } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { choosePainter } from '../render/painter.ts';
import { stateEffectLines } from '../render/state-effects.ts';
import type { CommandHandler } from './command.ts';
import { mayAsk, openWorkspace } from './workspace.ts';

export const deleteRecords: CommandHandler = async (context, given) => {
  const stack = await openStack(context, given);
  const isAll = given.flag('all');
  if (isAll && given.args.length > 0) throw new CliError('cannot specify a resource URN when deleting all resources');
  const options = { withDependents: given.flag('target-dependents'), evenProtected: given.flag('force') };
  const urn = isAll
    ? undefined
    : (given.args[0] ?? (await chooseUrn(context, given, stack, 'Select the resource to delete')));
  const record = urn === undefined ? undefined : await chooseRecord(context, given, stack, urn);
  await make(context, given, stack, { kind: 'delete', record, ...options });
  context.out.write(isAll ? 'Resources deleted\n' : 'Resource deleted\n');
  return 0;
};

export const renameRecord: CommandHandler = async (context, given) => {
  if (given.args.length < 2 && !mayAsk(context, given)) throw missingArguments('resource URN', 'new name');
  const stack = await openStack(context, given);
  const urn = given.args[0] ?? (await chooseUrn(context, given, stack, 'Select a resource to rename:'));
  const name = given.args[1] ?? (await (await context.prompts()).text('Choose a new resource name:'));
  await make(context, given, stack, { kind: 'rename', urn, name });
  context.out.write('Resource renamed\n');
  return 0;
};

const done = { protect: 'protected', unprotect: 'unprotected', taint: 'tainted', untaint: 'untainted' } as const;

export const protect = markCommand('protect');
export const unprotect = markCommand('unprotect');
export const taint = markCommand('taint');
export const untaint = markCommand('untaint');

function markCommand(kind: keyof typeof done): CommandHandler {
  return async (context, given) => {
    const stack = await openStack(context, given);
    const isAll = given.flag('all');
    if (isAll && given.args.length > 0) throw new CliError('cannot specify a resource URN together with --all');
    const urns = isAll
      ? undefined
      : given.args.length > 0
        ? [...new Set(given.args)]
        : [await chooseUrn(context, given, stack, `Select a resource to ${kind}:`)];
    await make(context, given, stack, { kind, urns });
    context.out.write(`${urns === undefined ? 'All' : urns.length} resources ${done[kind]}\n`);
    return 0;
  };
}

export const repair: CommandHandler = async (context, given) => {
  const stack = await openStack(context, given);
  const planned = await stack.planStateChange({ kind: 'repair' });
  if (!planned.isNeeded && planned.left.length === 0) {
    context.out.write('The snapshot is already valid; skipping repair\n');
    return 0;
  }
  if (planned.isNeeded) {
    const broken = [...planned.mended, ...planned.left].map((message) => `  * ${message}`);
    context.out.write(`The state of ${stack.name} breaks its rules:\n${broken.join('\n')}\n`);
    requireConsent(context, given);
    await carryOut(context, given, stack, { kind: 'repair' }, planned);
  }
  if (planned.left.length > 0) throw notRepaired(planned.left);
  context.out.write('State repaired successfully\n');
  return 0;
};

function notRepaired(left: readonly string[]): OperationError {
  return new OperationError({
    code: 'STATE_NOT_REPAIRED',
    summary: `Failed to repair the snapshot automatically: ${left.length} of its records cannot be mended without knowing more`,
    detail: left.join('\n'),
    remedy: 'Mend them in an editor, or take them out:\n    radiant state edit\n    radiant state delete <urn>',
  });
}

/** Plans a change, shows it, asks, and makes it. */
async function make(context: CliContext, given: Given, stack: Stack, change: StateChange): Promise<void> {
  const planned = await stack.planStateChange(change);
  if (planned.isNeeded) await carryOut(context, given, stack, change, planned);
}

async function carryOut(
  context: CliContext,
  given: Given,
  stack: Stack,
  change: StateChange,
  planned: PlannedStateChange,
): Promise<void> {
  showEffects(context, given, stack, planned);
  await confirmDirectEdit(context, given, "This command will edit your stack's state directly. Confirm?");
  await stack.changeState(change, planned);
}

export function showEffects(context: CliContext, given: Given, stack: Stack, planned: PlannedStateChange): void {
  const paint = choosePainter(given.value('color'), context.env, context.out.isTerminal);
  const lines = stateEffectLines(planned.effects, paint);
  context.out.write([`Changes to the state of ${stack.name}:`, ...lines, ''].join('\n'));
}

/** On a terminal a person is asked; a script that says nothing goes on, as with the established CLI. */
async function confirmDirectEdit(context: CliContext, given: Given, question: string): Promise<void> {
  if (hasConsent(context, given) || !mayAsk(context, given)) return;
  const prompts = await context.prompts();
  if ((await prompts.choose(question, ['yes', 'no'], 'no')) !== 'yes') throw new CliError('confirmation declined');
}

/** For what a script must not do by accident. */
export function requireConsent(context: CliContext, given: Given): void {
  if (!hasConsent(context, given) && !mayAsk(context, given))
    throw missingConfirmation('--yes must be passed in to proceed when running in non-interactive mode');
}

export function hasConsent(context: CliContext, given: Given): boolean {
  return given.flag('yes') || booleanOf(context.env.PULUMI_SKIP_CONFIRMATIONS ?? '') === true;
}

async function chooseUrn(context: CliContext, given: Given, stack: Stack, question: string): Promise<string> {
  if (!mayAsk(context, given)) throw missingArguments('resource URN');
  const urns = [...new Set((await stack.records()).map(({ urn }) => urn))];
  if (urns.length === 0) throw new CliError(`the stack '${stack.name}' has no resources`);
  return await (await context.prompts()).choose(question, urns);
}

/** Where several records share a URN, a person says which; a script is told that it must. */
async function chooseRecord(context: CliContext, given: Given, stack: Stack, urn: string) {
  const twins = (await stack.records()).filter((record) => record.urn === urn);
  if (twins.length < 2 || !mayAsk(context, given)) return { urn };
  const names = twins.map(
    ({ id, isProtected, isPendingDeletion }) =>
      `"${id}"${isProtected ? ' (Protected)' : ''}${isPendingDeletion ? ' (Pending Deletion)' : ''}`,
  );
  const question = 'Multiple resources with the given URN exist, please select the one to edit:';
  const chosen = await (await context.prompts()).choose(question, names);
  return { urn, id: twins[names.indexOf(chosen)]!.id };
}

/** In the established CLI's words. */
export function missingArguments(...names: readonly string[]): CliError {
  const list = names.map((name) => `<${name}>`);
  const text = list.length === 1 ? list[0] : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
  return new CliError(`Must supply ${text} unless pulumi is run interactively`);
}

export async function openStack(context: CliContext, given: Given): Promise<Stack> {
  const workspace = await openWorkspace(context, given);
  const stack = await workspace.openStack(given.value('stack'));
  await stack.untilFree();
  return stack;
}

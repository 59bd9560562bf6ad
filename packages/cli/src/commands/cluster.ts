import type { ClusterStatus } from '@radiant/toolkit';
import { CliError, missingConfirmation } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import type { CommandHandler } from './command.ts';
import { mayAsk, openWorkspace } from './workspace.ts';
import { writeJson } from './write-json.ts';

export const start: CommandHandler = async (context, given) => {
  const { cluster } = await openWorkspace(context, given);
  context.out.write(`${statusText(await cluster.start())}\n`);
  return 0;
};

/** SIGTERM ends it like Ctrl-C; when something hangs, the second one does what it always does. */
export const serve: CommandHandler = async (context, given) => {
  const { cluster } = await openWorkspace(context, given);
  const interrupts = context.catchInterrupts();
  interrupts.terminate.addEventListener('abort', () => process.exit(1), { once: true });
  await cluster.serve({
    signal: interrupts.drain,
    background: given.flag('background'),
    onReady: (status) => {
      context.out.write(`${statusText(status)}\n`);
      if (!given.flag('background')) context.out.write('Press Ctrl-C to stop it; what it holds stays.\n');
    },
  });
  interrupts.release();
  return 0;
};

export const stop: CommandHandler = async (context, given) => {
  const { cluster } = await openWorkspace(context, given);
  const wasRunning = await cluster.stop();
  context.out.write(
    wasRunning ? 'The embedded cluster has stopped; what it holds stays.\n' : 'The embedded cluster was not running.\n',
  );
  return 0;
};

export const status: CommandHandler = async (context, given) => {
  const { cluster } = await openWorkspace(context, given);
  const current = await cluster.status();
  if (given.flag('json')) writeJson(context, current);
  else context.out.write(`${statusText(current)}\n`);
  return 0;
};

export const reset: CommandHandler = async (context, given) => {
  await confirmReset(context, given.flag('yes'), mayAsk(context, given));
  const { cluster } = await openWorkspace(context, given);
  await cluster.reset();
  context.out.write('The embedded cluster is empty.\n');
  return 0;
};

export const kubeconfig: CommandHandler = async (context, given) => {
  const { cluster } = await openWorkspace(context, given);
  const text = await cluster.kubeconfig();
  context.out.write(text.endsWith('\n') ? text : `${text}\n`);
  return 0;
};

async function confirmReset(context: CliContext, isConfirmed: boolean, isAskable: boolean): Promise<void> {
  if (isConfirmed) return;
  if (!isAskable) throw missingConfirmation('non-interactive mode requires --yes flag');
  const prompts = await context.prompts();
  const answer = await prompts.choose('This deletes every object in the embedded cluster. Go on?', ['no', 'yes']);
  if (answer !== 'yes') throw new CliError('confirmation declined, nothing was deleted');
}

function statusText(status: ClusterStatus): string {
  if (status.kind === 'stopped') {
    return `The embedded cluster does not run${status.hasData ? '; what it holds is kept' : ' and is empty'}.`;
  }
  const how = status.isForeground ? 'in the foreground' : 'in the background';
  return `The embedded cluster runs ${how} at ${status.server} (pid ${status.pid}, since ${status.startedAt.toISOString()}).`;
}

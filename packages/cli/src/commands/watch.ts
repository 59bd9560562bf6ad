import path from 'node:path';
import { exitCodes, type OperationResultKind } from '@radiant/model';
import type { OperationOptions, OperationReport } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';
import { reportFailure } from '../process/failure.ts';
import type { Interrupts } from '../process/interrupts.ts';
import { choosePainter } from '../render/painter.ts';
import { harmless } from '../render/text-width.ts';
import { type WatchLine, watchDisplay, watchLines } from '../render/watch-display.ts';
import { type FileTree, watchFileTree } from '../watch/file-tree.ts';
import { FollowedLogs } from '../watch/followed-logs.ts';
import { ignoredBy } from '../watch/ignored.ts';
import { OwnWrites } from '../watch/own-writes.ts';
import { PendingChanges } from '../watch/pending-changes.ts';
import { watchedRoots } from '../watch/watched-roots.ts';
import type { CommandHandler } from './command.ts';
import { observe } from './observe.ts';
import { operationOptions } from './operation-settings.ts';
import { openOperationStack } from './operation-stack.ts';
import { createNotices, type Notices, openWorkspace } from './workspace.ts';

/** One command's run: what its updates share. */
interface Watch {
  readonly logs: FollowedLogs;
  readonly context: CliContext;
  readonly given: Given;
  /** In full: that of another project may have a namesake here. */
  readonly stackName: string;
  readonly options: OperationOptions;
  readonly interrupts: Interrupts;
  readonly line: WatchLine;
}

export const watch: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const stack = await openOperationStack(context, given, workspace);
  const project = await workspace.project();
  const interrupts = context.catchInterrupts();
  const { drain, terminate } = interrupts;
  const options = { ...operationOptions(given, context.env, context.cwd), drain, terminate };
  const roots = watchedRoots(given, context.cwd, project, options);
  const changes = new PendingChanges();
  const listener = {
    changed: (file: string) => changes.add(path.relative(project.dir, file)),
    failed: (error: unknown) => changes.fail(error),
  };
  const trees: FileTree[] = [];
  let logs: FollowedLogs | undefined;
  try {
    for (const root of roots) trees.push(await watchFileTree(root, ignoredBy([workspace.home.root]), listener));
    const paint = choosePainter(given.value('color'), context.env, context.out.isTerminal);
    context.out.write(`${paint('heading', `Watching (${stack.name}):`)}\n`);
    const line = watchLines((text) => context.out.write(text));
    logs = followLogs(context, given, stack.fullName, line);
    return await updateAtChanges(
      { context, given, stackName: stack.fullName, options, interrupts, line, logs },
      changes,
    );
  } finally {
    logs?.stop();
    await Promise.all(trees.map((tree) => tree.close()));
  }
};

/** Until Ctrl-C, which is how this is meant to end; one that stops an update ends with the code of what was cancelled. */
async function updateAtChanges(watch: Watch, changes: PendingChanges): Promise<number> {
  const { drain } = watch.interrupts;
  const ownWrites = new OwnWrites();
  for (;;) {
    await changes.some(drain);
    if (drain.aborted) return 0;
    await changes.settled();
    ownWrites.restart();
    for (let isOver = false; !isOver; ) {
      const result = await update(watch);
      if (result === 'cancelled') return exitCodes.cancelled;
      const after = ownWrites.judge(await changes.settled(), result === 'succeeded');
      isOver = after.kind !== 'again' || drain.aborted;
      if (after.kind === 'own-writes') watch.line(Date.now(), '', ownWritesText([...after.files]));
    }
  }
}

function ownWritesText(files: readonly string[]): string {
  const shown = files.slice(0, 3).join(', ');
  const others = files.length > 3 ? ` and ${files.length - 3} more` : '';
  return (
    `${shown}${others} changed during several updates in a row and may be written by them: ` +
    'what happens to it meanwhile starts no other. Save the file once more if it was you.'
  );
}

/** What is wrong with one update, whatever it is, the next change may mend. */
async function update(watch: Watch): Promise<OperationResultKind> {
  const { context, line, interrupts } = watch;
  line(Date.now(), '', 'Updating...');
  let result: OperationResultKind = 'failed';
  try {
    const report = await runUpdate(watch);
    ({ result } = report);
    if (hasChanged(report)) watch.logs.restart();
  } catch (error) {
    if (interrupts.drain.aborted) throw error;
    reportFailure(error, {
      version: context.version,
      err: { ...context.err, write: (text) => line(Date.now(), '', text) },
    });
  }
  line(Date.now(), '', results[result]);
  return result;
}

/** Whether the stack may run other pods than before. */
function hasChanged({ result, summary }: OperationReport): boolean {
  return result !== 'succeeded' || Object.keys(summary.changes).some((op) => op !== 'same');
}

/** What the pods of the stack write from now on stands among the lines of the updates. */
function followLogs(context: CliContext, given: Given, stackName: string, line: WatchLine): FollowedLogs {
  const openStack = async () => {
    const workspace = await openWorkspace(context, given, linedNotices(context, line));
    return await workspace.openStack(stackName);
  };
  return new FollowedLogs(openStack, new Date(), {
    line: ({ time, pod, text }) => line(time.getTime(), pod, harmless(text, false)),
    unavailable: (reason) => line(Date.now(), '', `warning: there are no logs: ${reason}`),
  });
}

function linedNotices(context: CliContext, line: WatchLine): Notices {
  return createNotices({ err: { ...context.err, write: (text) => line(Date.now(), '', text) } });
}

const results: { readonly [result in OperationResultKind]: string } = {
  succeeded: 'Update complete.',
  failed: 'Update failed.',
  cancelled: 'Update cancelled.',
};

/** Everything is opened anew: what has changed may be the project itself, or the configuration. */
async function runUpdate({ context, given, stackName, options, interrupts, line }: Watch): Promise<OperationReport> {
  const notices = linedNotices(context, line);
  const workspace = await openWorkspace(context, given, notices);
  const stack = await workspace.openStack(stackName);
  await stack.untilFree(interrupts.drain);
  const display = watchDisplay({
    line,
    attention: { showSames: given.flag('show-sames'), showReads: given.flag('show-reads') },
    showDebug: given.flag('debug'),
    showConfig: given.flag('show-config'),
    showUrns: given.flag('urns'),
    paint: choosePainter(given.value('color'), context.env, context.out.isTerminal),
    nowMs: Date.now,
  });
  const settings = { context, given, stackName: stack.name, interrupts, notices, display };
  const { report } = await observe({ ...settings, operation: 'up', isLive: true, logsEvents: false }, (events) =>
    stack.up(options, events),
  );
  return report;
}

import type { OperationOptions, Workspace } from '@radiant/toolkit';
import { createProcessContext, type Launch, runToEnd } from '../src/main.ts';
import { fakeWorkspace } from './fake-workspace.ts';
import { planned, resource, stackState, started, step, succeeded, summaryOf, summed } from './operation-events.ts';

/**
 * The CLI in a process of its own over a workspace in memory, to see it at a terminal. Its `up` begins, and ends only
 * when it is told to: by the first Ctrl-C, or, with STAND_IN=stubborn, by no less than the second.
 */
export async function main(launch: Launch): Promise<never> {
  const context = createProcessContext(launch);
  return runToEnd(launch, { ...context, openWorkspace: async () => workspace() });
}

const createStack = step('create', { new: stackState });
const createMap = step('create', { new: resource({ name: 'settings' }) });

function workspace(): Workspace {
  const preview = {
    events: [...planned(createStack), ...planned(createMap), summed(summaryOf('preview', { create: 2 }))],
  };
  const fake = fakeWorkspace({ operations: { preview } });
  return {
    ...fake,
    async openStack(name) {
      const stack = await fake.openStack(name);
      return {
        ...stack,
        async up(options, events) {
          const nowMs = Date.now();
          events(started(createStack, nowMs));
          events(started(createMap, nowMs));
          await told(options, process.env.STAND_IN === 'stubborn');
          events(succeeded(createMap, Date.now()));
          const summary = summaryOf('up', { create: 1 }, { result: 'cancelled' });
          events(summed(summary));
          return { result: 'cancelled', summary, outputs: {}, oldOutputs: {}, exitCode: 8 };
        },
      };
    },
  };
}

/** Resolves when the operation is to stop, and keeps the process alive until then. */
function told(options: OperationOptions, isStubborn: boolean): Promise<void> {
  const alive = setInterval(() => {}, 1_000);
  return new Promise((resolve) => {
    const signal = isStubborn ? options.terminate! : options.drain!;
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    });
  });
}

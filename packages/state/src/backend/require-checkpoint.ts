import { exitCodes, OperationError } from '@radiant/model';
import type { Store } from '../store/store.ts';
import { readCheckpoint, type StoredCheckpoint } from './checkpoint.ts';
import { historyNames } from './history.ts';
import { historyFolder } from './layout.ts';
import type { StackRef } from './names.ts';

/**
 * The checkpoint of a stack that there should be; `name` is what a person called it. Throws `STACK_NOT_FOUND`, in the words
 * that SDKs look for.
 */
export async function requireCheckpoint(store: Store, ref: StackRef, name = ref.stack): Promise<StoredCheckpoint> {
  const checkpoint = await readCheckpoint(store, ref);
  if (checkpoint !== undefined) return checkpoint;
  const history = historyNames((await store.list(historyFolder(ref))).map(({ name }) => name));
  throw history.length === 0 ? stackNotFound(name) : checkpointLost(name, history.length);
}

function stackNotFound(stack: string): OperationError {
  return new OperationError({
    code: 'STACK_NOT_FOUND',
    summary: `no stack named '${stack}' found`,
    remedy: `See the stacks there are, or make it:\n    radiant stack ls\n    radiant stack init ${stack}`,
    exitCode: exitCodes.stackNotFound,
  });
}

/** A stack that is removed leaves no history. */
function checkpointLost(stack: string, versions: number): OperationError {
  return new OperationError({
    code: 'STACK_NOT_FOUND',
    summary: `no stack named '${stack}' found`,
    detail: `Its history of ${versions} operation(s) is there, so that its state was lost or deleted by something else.`,
    remedy:
      'Make it anew and put back the last state of its history:\n' +
      `    radiant stack init ${stack}\n    radiant stack export --stack ${stack} --version ${versions} --file state.json\n` +
      `    radiant stack import --stack ${stack} --file state.json\n    radiant refresh --stack ${stack}`,
    exitCode: exitCodes.stackNotFound,
  });
}

import {
  type ErrorHookRequest,
  type HookBindings,
  type HookMoment,
  type HookRequest,
  type ResourceMonitor,
  Secret,
  type Urn,
} from '@radiant/model';
import { type HookConduct, type Letter, letters, type ProgramSpec, type ResourceSpec } from './scenario.ts';

/** A hook that ran, and when. */
export interface HookCall {
  readonly moment: HookMoment;
  readonly urn: Urn;
  /** Of what is recorded; empty for a creation. */
  readonly id: string;
  /** Whether the step must not be done, or the operation must fail. */
  readonly isFailed: boolean;
}

/** An error hook that was asked, and what it said. */
export interface RetryCall {
  readonly operation: ErrorHookRequest['failedOperation'];
  readonly urn: Urn;
  readonly isWanted: boolean;
}

/** Who takes note of what a program's hooks hear. */
export interface Ears {
  hook(call: HookCall): void;
  retry(call: RetryCall): void;
  /** A hook asks to stop gently. */
  interrupt(): void;
}

/** So often an error hook wants a step repeated. */
const retriesMax = 2;

const hookName = (letter: Letter) => `hook-${letter}`;
const errorHookName = (letter: Letter) => `again-${letter}`;

/** Every program registers the hooks of all letters: some of what is recorded with them may have to go. */
export function registerHooks(monitor: ResourceMonitor, { hooks = {} }: ProgramSpec, ears: Ears): void {
  for (const letter of letters) {
    const conduct = hooks[letter];
    if (conduct === 'is-missing') continue;
    monitor.registerResourceHook({
      name: hookName(letter),
      runsOnDryRun: conduct === 'rehearses',
      ignoresErrors: conduct === 'warns',
      run: (request) => runHook(conduct, request, ears),
    });
    monitor.registerErrorHook({
      name: errorHookName(letter),
      wantsRetry: (request) => wantsRetry(conduct, request, ears),
    });
  }
}

async function runHook(conduct: HookConduct | undefined, request: HookRequest, ears: Ears) {
  const { moment, old, new: current } = request;
  const isFailed = conduct === 'fails' || conduct === 'interrupts';
  ears.hook({ moment, urn: (current ?? old)!.urn, id: old?.id ?? '', isFailed });
  await behave(conduct, request, ears);
}

async function wantsRetry(conduct: HookConduct | undefined, request: ErrorHookRequest, ears: Ears) {
  const { failedOperation: operation, errors, old, new: current } = request;
  const isWanted = (conduct === undefined || conduct === 'rehearses') && errors.length <= retriesMax;
  ears.retry({ operation, urn: (current ?? old)!.urn, isWanted });
  if (conduct !== 'warns') await behave(conduct, request, ears);
  return isWanted;
}

async function behave(
  conduct: HookConduct | undefined,
  { old, new: current }: Pick<HookRequest, 'old' | 'new'>,
  ears: Ears,
): Promise<void> {
  if (conduct === 'fails' || conduct === 'warns') {
    // Hooks see inputs, and tend to put them into their messages.
    const { password } = (current ?? old)!.inputs;
    throw new Error(`the hook dislikes ${password instanceof Secret ? password.value : 'nothing secret'}`);
  }
  if (conduct !== 'interrupts') return;
  ears.interrupt();
  await new Promise<never>(() => {});
}

export function bindingsOf(letter: Letter, { hooks = [], hasErrorHook }: ResourceSpec): HookBindings | undefined {
  if (hooks.length === 0 && hasErrorHook !== true) return undefined;
  const at = (moment: HookMoment) => (hooks.includes(moment) ? [hookName(letter)] : []);
  return {
    beforeCreate: at('beforeCreate'),
    afterCreate: at('afterCreate'),
    beforeUpdate: at('beforeUpdate'),
    afterUpdate: at('afterUpdate'),
    beforeDelete: at('beforeDelete'),
    afterDelete: at('afterDelete'),
    onError: hasErrorHook === true ? [errorHookName(letter)] : [],
  };
}

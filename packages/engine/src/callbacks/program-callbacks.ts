import {
  type ErrorHook,
  type InvokeTransform,
  MonitorClosedError,
  OperationError,
  type ResourceHook,
  type ResourceState,
  type ResourceTransform,
} from '@radiant/model';
import type { Progress } from '../operation/progress.ts';

type AnyHook =
  | { readonly kind: 'resource'; readonly hook: ResourceHook }
  | { readonly kind: 'error'; readonly hook: ErrorHook };

/** Functions of the running program that the engine calls. */
export class ProgramCallbacks {
  readonly stackTransforms: ResourceTransform[] = [];
  readonly invokeTransforms: InvokeTransform[] = [];
  readonly #hooks = new Map<string, AnyHook>();
  readonly #ofRemotes = new Map<string, readonly ResourceTransform[]>();

  /** Throws OperationError when there is a hook of that name. */
  addHook(added: AnyHook): void {
    const { name } = added.hook;
    if (this.#hooks.has(name))
      throw new OperationError({
        code: 'HOOK_DUPLICATE',
        summary: `resource hook already registered for name ${JSON.stringify(name)}`,
        detail: 'Hooks of both kinds share one set of names.',
      });
    this.#hooks.set(name, added);
  }

  offersResourceHook(name: string): boolean {
    return this.#hooks.get(name)?.kind === 'resource';
  }

  /** `state`: the resource that names the hook. Throws OperationError when the program has registered no such hook. */
  resourceHook(name: string, state: ResourceState, isDeletion: boolean): ResourceHook {
    const found = this.#hooks.get(name);
    if (found?.kind !== 'resource') throw hookMissing('hook', name, state, isDeletion);
    return found.hook;
  }

  /** `state`: the resource that names the hook. Throws OperationError when the program has registered no such hook. */
  errorHook(name: string, state: ResourceState, isDeletion: boolean): ErrorHook {
    const found = this.#hooks.get(name);
    if (found?.kind !== 'error') throw hookMissing('error hook', name, state, isDeletion);
    return found.hook;
  }

  /**
   * Puts the transforms of a remote component aside: the process that constructs it registers it once more, without them
   * (engine reference 2.4, point 7).
   */
  keepForRemote(key: string, transforms: readonly ResourceTransform[]): void {
    this.#ofRemotes.set(key, transforms);
  }

  keptForRemote(key: string): readonly ResourceTransform[] | undefined {
    return this.#ofRemotes.get(key);
  }
}

function hookMissing(
  what: 'hook' | 'error hook',
  name: string,
  { urn }: ResourceState,
  isDeletion: boolean,
): OperationError {
  return new OperationError({
    code: 'HOOK_MISSING',
    summary: `${what} ${JSON.stringify(name)} was not registered`,
    detail: `${urn} names it, and hooks are functions of the program: it must register them whenever it runs.`,
    ...(isDeletion ? { remedy: 'To destroy with hooks, let the program run:\n    radiant destroy --run-program' } : {}),
    urn,
  });
}

/**
 * Waits for a function of the program, unless nothing more may begin before it ends: the program is ended then and may
 * never answer. Whoever calls holds no semaphore and no record that a resource which the function declares could need.
 */
export async function callProgram<Answer>(progress: Progress, call: () => Promise<Answer>): Promise<Answer> {
  progress.assertMayBegin();
  if (progress.isProgramCut) throw new MonitorClosedError('the program is ending');
  return progress.untilStopped(call());
}

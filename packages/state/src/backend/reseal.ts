import type { SecretsManager } from '@radiant/model';
import type { SecretsSource } from '../deployment/deployment.ts';
import type { StackRef } from './names.ts';
import type { BackendContext } from './settings.ts';
import { decodeState, readRawState } from './stack-state.ts';
import { fenceOff, giveFree, sweep, takeStack } from './take-stack.ts';
import { writeState } from './write-state.ts';

export interface ResealOptions {
  /** Opens what is sealed now. */
  readonly secrets: SecretsSource;
  /** Seals it from now on. */
  readonly manager: SecretsManager;
}

/**
 * Seals every secret of a stack anew: those of its resources, and those of what an interrupted operation left in doubt,
 * which stays in doubt. Every secret is opened before anything is written, and the checkpoint is replaced at once.
 * Broken rules of a state are no obstacle: they stay as they are.
 */
export async function resealStack(
  context: BackendContext,
  ref: StackRef,
  { secrets, manager }: ResealOptions,
): Promise<void> {
  const lease = await takeStack(context, ref, 'change-secrets-provider');
  try {
    const earlier = await fenceOff(context, ref, lease);
    const raw = await readRawState(context, ref);
    const { snapshot, carried, violations } = await decodeState(raw, secrets);
    const next = { snapshot, carried, secrets: manager, knownViolations: violations };
    await writeState(context, ref, lease, raw.checkpoint, next, earlier);
    await sweep(context, ref, lease);
  } finally {
    await giveFree(context, ref, lease);
  }
}

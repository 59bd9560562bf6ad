import { type StackOutputsReader, unknownStackError } from '@radiant/builtins';
import { OperationError, type SecretsManager, type SecretsProvider, type Snapshot, stackUrn } from '@radiant/model';
import { type Backend, parseStackRef, type StackRef } from '@radiant/state';
import type { Home, Interaction } from './api.ts';
import { stackSecrets } from './config/stack-secrets.ts';
import type { Environment } from './home.ts';

/** Who reads, and where. */
export interface StackReading {
  /** The stack whose project is meant where a reference names none. */
  readonly ref: StackRef;
  readonly backend: Backend;
  readonly isDefaultStore: boolean;
  readonly home: Home;
  readonly env: Environment;
  readonly interaction: Interaction;
}

/** What programs read of other stacks: what was recorded last. */
export function otherStacks(context: StackReading): StackOutputsReader {
  return {
    async readOutputs(reference, onElided) {
      const { snapshot, ref } = await readStack(context, reference, (manager) => eliding(manager, onElided));
      const urn = stackUrn(ref.stack, ref.project);
      return snapshot.resources.find((state) => state.urn === urn)?.outputs ?? {};
    },
    async readResourceOutputs(reference) {
      const { snapshot } = await readStack(context, reference);
      return snapshot.resources.filter(({ disposition }) => disposition !== 'superseded');
    },
  };
}

async function readStack(
  { backend, env, home, interaction, isDefaultStore, ref: own }: StackReading,
  reference: string,
  opening: (manager: SecretsManager) => SecretsManager = (manager) => manager,
): Promise<{ readonly snapshot: Snapshot; readonly ref: StackRef }> {
  const ref = parseStackRef(reference, own.project);
  if (!(await backend.stackExists(ref))) throw unknownStackError(reference);
  const context = { env, home, interaction, isDefaultStore, stack: ref.stack };
  const secrets = async (provider: SecretsProvider | undefined) =>
    opening(stackSecrets(context, provider ?? noProvider(ref)).manager);
  const { snapshot } = await backend.loadStack(ref, { secrets });
  return { snapshot, ref };
}

/** Errors of what was sealed with another key than the one at hand, or by nobody. */
const cannotBeOpened: ReadonlySet<string> = new Set([
  'SECRETS_LOCKED',
  'SECRETS_CIPHERTEXT_REFUSED',
  'SECRETS_CIPHERTEXT_MALFORMED',
]);

/** Who reads another stack may need what is no secret of it alone (Pulumi: errorCatchingSecretsManager). */
function eliding(manager: SecretsManager, onElided: () => void): SecretsManager {
  return {
    ...manager,
    decrypt: async (ciphertext) => {
      try {
        return await manager.decrypt(ciphertext);
      } catch (error) {
        if (!(error instanceof OperationError && cannotBeOpened.has(error.code))) throw error;
        onElided();
        return '{}';
      }
    },
  };
}

/** A state that holds secrets says how they were sealed; one that does not say so was edited. */
function noProvider(ref: StackRef): never {
  throw new OperationError({
    code: 'SECRETS_PROVIDER_MISSING',
    summary: `the state of stack '${ref.stack}' does not say how its secrets are sealed`,
    remedy: 'Restore `secrets_providers` from an older state:\n    radiant stack import --file <older export>',
  });
}

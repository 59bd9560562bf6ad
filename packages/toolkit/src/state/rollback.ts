import { recordedConfig } from '@radiant/engine';
import { integrityError } from '@radiant/state';
import type { OperationSettings } from '../operation/run-operation.ts';
import type { StackContext } from '../stack-context.ts';
import { stateSecrets } from './state-secrets.ts';

/**
 * What an operation needs to declare again what was declared when an earlier one ended: its state, and the configuration
 * that its providers had. Throws `STACK_VERSION_NOT_FOUND`, `STACK_VERSION_NOT_KEPT`, `STATE_INTEGRITY`.
 */
export async function rollbackSettings(
  context: StackContext,
  version: number,
): Promise<Required<Pick<OperationSettings, 'redeclares' | 'config'>>> {
  const { backend, ref } = context;
  const { snapshot, violations } = await backend.loadStack(ref, { version, secrets: stateSecrets(context) });
  if (violations.length > 0)
    throw integrityError(violations, `cannot roll back stack '${ref.stack}' to version ${version}`, backend.url);
  const { values, secretKeys } = recordedConfig(snapshot);
  return { redeclares: snapshot, config: { values, properties: {}, secretKeys, secretTexts: [] } };
}

export function rollbackMessage(version: number): string {
  return `Roll back to version ${version}`;
}

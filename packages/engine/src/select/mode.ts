import { type Goal, isProviderType, type ResourceState } from '@radiant/model';
import type { Operation } from '../operation/operation.ts';

/** Whether the program only runs to be heard, while the operation itself is a refresh or a destruction (engine reference 7.7). */
export function onlyListens({ request }: Operation): boolean {
  return request.kind === 'refresh' || request.kind === 'destroy';
}

/** Components and providers are declared for real even then: the fresh credentials of a provider are what it runs for. */
export function isMerelyHeard(operation: Operation, { kind, type }: Goal): boolean {
  return onlyListens(operation) && kind === 'custom' && !isProviderType(type);
}

/** Whether each resource is read from its provider when the program declares it, rather than all of them before. */
export function refreshesOnDeclaration({ request }: Operation): boolean {
  const { kind, options } = request;
  return options?.runProgram === true && (kind === 'refresh' || options.refresh === true);
}

/** Whether its provider wants a resource read before it is compared or deleted, which a refresh of everything has not done yet. */
export function isReadBeforeUpdate({ request }: Operation, { refreshBeforeUpdate }: ResourceState): boolean {
  if (!refreshBeforeUpdate || request.options?.refresh === true) return false;
  return request.kind !== 'refresh' && !(request.kind === 'destroy' && request.options?.runProgram === true);
}

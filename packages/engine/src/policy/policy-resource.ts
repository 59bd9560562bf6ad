import {
  type Goal,
  type PolicyProvider,
  type PolicyResource,
  type PolicyStackResource,
  parseProviderReference,
  type ResourceState,
  urnName,
} from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import { aliasUrns } from '../register/aliases.ts';
import type { Registration } from '../register/registration.ts';
import type { Checked } from './checked.ts';

/** What policies are told of a declared resource. */
export function policyResource(
  operation: Operation,
  { registration: { urn, goal }, provider, inputs }: Checked,
): PolicyResource {
  return {
    urn,
    type: goal.type,
    name: goal.name,
    properties: inputs,
    options: optionsOf(operation, goal),
    provider: providerOf(operation, provider),
  };
}

/** What policies of the stack are told of a resource when all is done. */
export function policyStackResource(
  operation: Operation,
  registration: Registration,
  { dependencies, propertyDependencies, provider, outputs: inputs }: ResourceState,
): PolicyStackResource {
  return { ...policyResource(operation, { registration, provider, inputs }), dependencies, propertyDependencies };
}

function optionsOf(operation: Operation, goal: Goal): PolicyResource['options'] {
  const { registrations, request } = operation;
  return {
    protect: goal.protect === true,
    ignoreChanges: goal.ignoreChanges,
    deleteBeforeReplace: goal.deleteBeforeReplace,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    aliases: aliasUrns(request, goal, (urn) => registrations.get(urn)?.aliasOf),
    customTimeouts: goal.customTimeouts,
    parent: goal.parent,
  };
}

function providerOf({ ledger }: Operation, reference: string): PolicyProvider | undefined {
  const urn = parseProviderReference(reference)?.urn;
  const state = ledger.provider(reference) ?? (urn === undefined ? undefined : ledger.live(urn)?.state);
  if (state === undefined) return undefined;
  return { urn: state.urn, type: state.type, name: urnName(state.urn), properties: state.inputs };
}

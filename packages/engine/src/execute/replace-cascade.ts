import {
  isProviderType,
  mapEntries,
  OperationError,
  orderByDependency,
  type PropertyMap,
  parseProviderReference,
  type ResourceState,
  referencedUrns,
  type StateKey,
  Unknown,
  type Urn,
} from '@radiant/model';
import { isReplacement, resolveDiff } from '../compare/compare-resource.ts';
import { applyReplaceOnChanges, parseOptionPaths } from '../compare/replace-on-changes.ts';
import type { Recorded } from '../operation/ledger.ts';
import type { Operation } from '../operation/operation.ts';
import { ReportedError } from '../operation/progress.ts';
import { diffInputs } from '../provider/provider-calls.ts';
import { deleteInOrder } from './delete-in-order.ts';
import { type Doomed, hasThing } from './delete-step.ts';

/**
 * Deletes a resource that cannot stand beside its successor, and before it every dependent that cannot outlive it. Their
 * records stay, to say that they are to be made again. One cascade decides at a time (engine reference 7.4).
 */
export async function deleteBeforeReplace(operation: Operation, root: Recorded): Promise<void> {
  const turn = operation.cascades.then(() => cascade(operation, root));
  operation.cascades = turn.catch(() => {});
  await turn;
}

async function cascade(operation: Operation, root: Recorded): Promise<void> {
  const candidates = dependentsOf(operation, root);
  let release: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    release = resolve;
  });
  for (const { key } of candidates) operation.held.set(key, done);
  try {
    const replaced = await findReplaced(operation, root, candidates);
    const kept = await deleteInOrder(operation, [root, ...replaced].map(doomedToReturn));
    if (kept.has(root.key)) throw new ReportedError(`${root.state.urn} could not be deleted`);
  } finally {
    for (const { key } of candidates) operation.held.delete(key);
    release();
  }
}

function doomedToReturn({ key, state }: Recorded): Doomed {
  return { key, state, op: 'delete-replaced', afterwards: 'await', callsProvider: hasThing(state) };
}

/** Everything that leans on `root`, directly or not, and that nobody has decided on yet; in dependency order. */
function dependentsOf({ ledger, claimed }: Operation, root: Recorded): Recorded[] {
  const recorded = ledger.all();
  const keys = new Map<ResourceState, StateKey>(recorded.map(({ key, state }) => [state, key]));
  const affected = new Set<Urn>([root.state.urn]);
  const dependents: Recorded[] = [];
  for (const state of orderByDependency(recorded.map((entry) => entry.state))) {
    const key = keys.get(state)!;
    if (key === root.key || state.disposition === 'superseded') continue;
    if (![...referencedUrns(state)].some((urn) => affected.has(urn))) continue;
    affected.add(state.urn);
    if (state.disposition === 'live' && !claimed.has(key)) dependents.push({ key, state });
  }
  return dependents;
}

/** Those of the dependents that their provider, or an option, wants replaced when what they lean on is. */
async function findReplaced(
  operation: Operation,
  root: Recorded,
  dependents: readonly Recorded[],
): Promise<Recorded[]> {
  const replaced = new Set<Urn>([root.state.urn]);
  const result: Recorded[] = [];
  for (const dependent of dependents) {
    const keys = await replaceKeys(operation, dependent.state, replaced);
    if (keys === undefined) continue;
    const { state } = dependent;
    if (state.isProtected) throw protectedDependent(state.urn, root.state.urn);
    replaced.add(state.urn);
    operation.cascaded.set(state.urn, keys);
    result.push(dependent);
  }
  return result;
}

/** Undefined when the dependent can stay. Components and reads always can. */
async function replaceKeys(
  operation: Operation,
  state: ResourceState,
  replaced: ReadonlySet<Urn>,
): Promise<readonly string[] | undefined> {
  if (state.ownership !== 'managed') return undefined;
  const provider = parseProviderReference(state.provider);
  if (provider !== undefined && replaced.has(provider.urn)) return ['provider'];
  if (state.deletedWith !== undefined && replaced.has(state.deletedWith)) return ['deletedWith'];
  if (state.replaceWith.some((urn) => replaced.has(urn))) return ['replaceWith'];
  const affected = Object.keys(state.inputs).filter((property) =>
    (Object.hasOwn(state.propertyDependencies, property) ? state.propertyDependencies[property]! : []).some((urn) =>
      replaced.has(urn),
    ),
  );
  if (affected.length === 0 || isProviderType(state.type)) return undefined;
  return replaceKeysOfDiff(operation, state, withUnknown(state.inputs, affected));
}

/** Asks the provider what would happen if those inputs came to be something else. */
async function replaceKeysOfDiff(
  operation: Operation,
  state: ResourceState,
  newInputs: PropertyMap,
): Promise<readonly string[] | undefined> {
  const handle = await operation.providers.handle(state.provider);
  const answer = await operation.planning.run(() =>
    diffInputs(handle, {
      urn: state.urn,
      type: state.type,
      id: state.id,
      oldInputs: state.inputs,
      oldOutputs: state.outputs,
      newInputs,
      ignoreChanges: state.ignoreChanges,
    }),
  );
  const paths = parseOptionPaths(state.replaceOnChanges, 'replaceOnChanges', state.urn);
  const found = resolveDiff(answer, state.inputs, newInputs);
  const diff = applyReplaceOnChanges(found, paths, { olds: state.inputs, news: newInputs }, false);
  return diff !== undefined && isReplacement(diff) ? diff.replaceKeys : undefined;
}

function withUnknown(inputs: PropertyMap, properties: readonly string[]): PropertyMap {
  return mapEntries(inputs, (value, key) => (properties.includes(key) ? new Unknown() : value));
}

function protectedDependent(urn: Urn, cause: Urn): OperationError {
  return new OperationError({
    code: 'DEPENDENT_PROTECTED',
    summary: `unable to replace resource "${urn}" as part of replacing "${cause}"`,
    detail: 'as it is currently marked for protection, and it cannot outlive what it depends on.',
    remedy:
      'To unprotect it, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n' +
      `\`pulumi state unprotect '${urn}'\``,
    urn,
  });
}

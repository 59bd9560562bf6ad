import {
  formatProviderReference,
  isProviderType,
  OperationError,
  type ResourceState,
  type Snapshot,
  stackType,
  stackUrn,
  type Urn,
} from '@radiant/model';
import type { StackRef } from '../backend/names.ts';
import { type CutReference, cutReferences, inStack, newStackRecord } from './between-stacks.ts';
import { compareStates } from './compare-states.ts';
import { type EditedRecord, type EditedState, unedited } from './edited-state.ts';
import { mapUrns } from './rename-record.ts';
import { type FoundState, judge, type SurgeryPlan } from './surgery.ts';

export interface MoveRequest {
  readonly urns: readonly string[];
  /** And the components that they are in. */
  readonly withParents: boolean;
}

export interface MoveSide {
  readonly ref: StackRef;
  /** With its secrets opened: they are sealed anew. */
  readonly found: FoundState;
}

export interface MovePlan {
  /** What moves, by the URNs they have in the source. */
  readonly moved: readonly Urn[];
  /** What was asked for and is not there. */
  readonly missing: readonly string[];
  readonly source: SurgeryPlan;
  readonly destination: SurgeryPlan;
  /** References of what stays to what moves, and the other way round: they end. */
  readonly cutInSource: readonly CutReference[];
  readonly cutInDestination: readonly CutReference[];
}

/**
 * Moves resources with all that is in them to another stack, and copies the providers they need. What is already there,
 * from a move that was interrupted, is not moved again. Throws `STATE_MOVE_REFUSED`, `STATE_INTEGRITY`.
 */
export function planMove(source: MoveSide, destination: MoveSide, request: MoveRequest): MovePlan {
  const { snapshot } = source.found;
  const moving = chooseMoving(snapshot, request);
  const { records } = unedited(snapshot);
  const moved = records.filter(({ from }) => moving.has(from!));
  const staying = records.filter(({ from }) => !moving.has(from!));
  const [movedUrns, stayingUrns] = [urnsOf(moved), urnsOf(staying)];
  const stack = stackUrn(source.ref.stack, source.ref.project);
  const left = staying.map((record) => cutReferences(record, movedUrns, stack));
  const torn = moved.map((record) => cutReferences(record, stayingUrns, stack));
  const providers = providersOf(staying, moved, stack);
  const doubts = unedited(snapshot).doubts;
  const isMoving = (urn: Urn) => movedUrns.has(urn) && !stayingUrns.has(urn);
  return {
    moved: moved.map(({ state }) => state.urn),
    missing: request.urns.filter((urn) => !snapshot.resources.some((state) => state.urn === urn)),
    source: judge(source.found, {
      records: left.map(({ record }) => record),
      doubts: doubts.filter(({ operation }) => !isMoving(operation.resource.urn)),
    }),
    destination: judge(
      destination.found,
      arrive(destination, {
        records: [...providers, ...torn.map(({ record }) => record)].map(({ state }) => ({ state })),
        doubts: doubts
          .filter(({ operation }) => isMoving(operation.resource.urn))
          .map(({ operation }) => ({ operation })),
      }),
    ),
    cutInSource: left.flatMap(({ cut }) => cut),
    cutInDestination: torn.flatMap(({ cut }) => cut),
  };
}

/** Positions of what was asked for, of all that is in it, and with `withParents` of what it is in; the stack itself stays. */
function chooseMoving({ resources }: Snapshot, { urns, withParents }: MoveRequest): ReadonlySet<number> {
  const wanted = new Set<string>(urns);
  const chosen = resources.filter(({ urn }) => wanted.has(urn));
  if (chosen.some(({ type }) => isProviderType(type)))
    throw refused('cannot move providers. Only resources can be moved, and providers will be included automatically');
  if (chosen.length === 0) throw refused('no resources found to move', urns.join('\n'));
  const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
  const moving = new Set<Urn>(chosen.map(({ urn }) => urn));
  if (withParents)
    for (const { parent } of chosen)
      for (let urn = parent; urn !== undefined && !moving.has(urn); urn = parents.get(urn)) moving.add(urn);
  // Parents stand before their children. Being a child of the stack is no reason to go with its components.
  const stack = resources.find(({ type }) => type === stackType)?.urn;
  const isWhole = stack !== undefined && wanted.has(stack);
  for (const { urn, parent } of resources)
    if (parent !== undefined && moving.has(parent) && (parent !== stack || isWhole)) moving.add(urn);
  if (stack !== undefined) moving.delete(stack);
  const needed = new Set(resources.filter(({ urn }) => !moving.has(urn)).map(({ provider }) => provider));
  // A provider that something else still needs is copied.
  const isNeeded = ({ urn, id, type }: ResourceState) =>
    isProviderType(type) && needed.has(formatProviderReference({ urn, id }));
  return new Set(
    [...resources.keys()].filter((index) => moving.has(resources[index]!.urn) && !isNeeded(resources[index]!)),
  );
}

/** Providers that what moves needs and that stay: they are copied, as children of the stack. */
function providersOf(
  staying: readonly EditedRecord[],
  moved: readonly EditedRecord[],
  stack: Urn,
): readonly EditedRecord[] {
  const needed = new Set(moved.map(({ state }) => state.provider));
  return staying
    .filter(({ state }) => isProviderType(state.type) && needed.has(formatProviderReference(state)))
    .map(({ state: { parent, deletedWith: _deletedWith, ...state } }) => ({
      state: {
        ...state,
        ...(parent !== undefined && { parent: stack }),
        dependencies: [],
        propertyDependencies: {},
        replaceWith: [],
      },
    }));
}

/** The state of the destination with what arrives there. */
function arrive({ ref, found }: MoveSide, arriving: EditedState): EditedState {
  const { records, doubts } = unedited(found.snapshot);
  const present = new Map(
    found.snapshot.resources
      .filter(({ disposition }) => disposition !== 'superseded')
      .map((state) => [state.urn, state]),
  );
  const renamed = mapUrns(arriving, (urn) => inStack(urn, ref));
  const meant = new Map<string, string>();
  const isNew = ({ state }: EditedRecord) => {
    const there = state.disposition === 'superseded' ? undefined : present.get(state.urn);
    if (there === undefined || there.id === state.id) return there === undefined;
    if (!isProviderType(state.type)) throw refused(`resource ${state.urn} already exists in destination stack`);
    if (compareStates({ ...there, inputs: state.inputs }, there, undefined).length > 0)
      throw refused(`provider ${state.urn} already exists in destination stack`);
    meant.set(formatProviderReference(state), formatProviderReference(there));
    return false;
  };
  const added = renamed.records.filter(isNew).map(({ state }) => ({
    state: { ...state, provider: meant.get(state.provider) ?? state.provider },
  }));
  const hasStack = present.has(stackUrn(ref.stack, ref.project));
  return {
    records: [...records, ...(hasStack ? [] : [{ state: newStackRecord(ref) }]), ...added],
    doubts: [...doubts, ...renamed.doubts],
  };
}

function urnsOf(records: readonly EditedRecord[]): ReadonlySet<Urn> {
  return new Set(records.map(({ state }) => state.urn));
}

function refused(summary: string, detail?: string): OperationError {
  return new OperationError({ code: 'STATE_MOVE_REFUSED', summary, ...(detail !== undefined && { detail }) });
}

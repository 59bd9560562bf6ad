import { orderByDependency, type PropertyMap, type ResourceState, type Snapshot, urnName } from '@radiant/model';
import type { World } from '../lifecycle/harness/world.ts';
import { foreignId, letterOf, thingType } from './names.ts';
import type { Letter, Tampering, TamperingKind } from './scenario.ts';

/** What loses things, and what goes with them. */
export const losing: ReadonlySet<TamperingKind> = new Set(['vanishes', 'awaits-recreation']);

/** The stack after something happened to it between two operations; the world is changed in place. */
export function tamper(snapshot: Snapshot, world: World, tampering: Tampering, random: () => number): Snapshot {
  const { kind, letter } = tampering;
  if (kind === 'is-shuffled') return shuffled(snapshot, random);
  const index = snapshot.resources.findIndex((state) => isOf(state, letter));
  const state = snapshot.resources[index];
  if (state === undefined) return snapshot;
  const put = (...states: readonly ResourceState[]): Snapshot => ({
    ...snapshot,
    resources: snapshot.resources.toSpliced(index, 1, ...states),
  });
  const doubt = (operation: Snapshot['pendingOperations'][number]['kind'], resource = state): Snapshot => ({
    ...snapshot,
    pendingOperations: [...snapshot.pendingOperations, { kind: operation, resource }],
  });
  switch (kind) {
    case 'vanishes':
      world.lose(state.id);
      return snapshot;
    case 'drifts':
      drift(world, state.id);
      return snapshot;
    case 'awaits-recreation':
      world.lose(state.id);
      return put({ ...state, disposition: 'awaiting-recreate' });
    case 'has-predecessor':
      return put(state, predecessor(snapshot, world, state));
    case 'has-two-predecessors': {
      const one = predecessor(snapshot, world, state);
      return put(state, one, predecessor({ ...snapshot, resources: [...snapshot.resources, one] }, world, state));
    }
    case 'is-tainted':
      return put({ ...state, isTainted: true });
    case 'is-not-ready':
      return put({ ...state, initErrors: ['it never became ready'] });
    case 'creation-in-doubt':
      return doubt('creating', { ...state, id: '' });
    case 'update-in-doubt':
      return doubt('updating');
    case 'deletion-in-doubt':
      return doubt('deleting');
    case 'read-in-doubt':
      return doubt('reading');
    case 'import-in-doubt':
      return doubt('importing');
  }
}

function isOf(state: ResourceState, letter: Letter): boolean {
  return (
    state.type === thingType &&
    state.ownership === 'managed' &&
    state.disposition === 'live' &&
    letterOf(urnName(state.urn)) === letter &&
    state.id !== foreignId(letter)
  );
}

function drift(world: World, id: string): void {
  const thing = world.things.get(id);
  if (thing !== undefined) world.things.set(id, { ...thing, props: { ...thing.props, size: 7 } });
}

/** An earlier generation that still waits for its deletion. */
function predecessor({ resources }: Snapshot, world: World, state: ResourceState): ResourceState {
  const taken = new Set([...resources.map(({ id }) => id), ...world.things.keys()]);
  let number = 1;
  while (taken.has(`${state.id}-earlier-${number}`)) number += 1;
  const id = `${state.id}-earlier-${number}`;
  const thing = world.things.get(state.id);
  if (thing === undefined) return { ...state, id, disposition: 'superseded' };
  const { fixedTo: _, fixedOn: __, password, ...rest } = thing.props;
  // What an update in doubt has made secret, an earlier generation does not have.
  const props: PropertyMap = { ...rest, serial: `serial-of-${id}` };
  const isKnown = password !== undefined && state.inputs.password !== undefined;
  world.things.set(id, { ...thing, id, props: isKnown ? { ...props, password } : props });
  return { ...state, id, disposition: 'superseded', isProtected: false };
}

/** Another order that is as legal. */
function shuffled(snapshot: Snapshot, random: () => number): Snapshot {
  const left = snapshot.resources.map((state) => ({ state, weight: random() }));
  left.sort((a, b) => a.weight - b.weight);
  const resources = orderByDependency(left.map(({ state }) => state));
  return { ...snapshot, resources };
}

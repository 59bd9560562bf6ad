import {
  containsUnknown,
  formatPropertyPath,
  type Goal,
  type KnownAfter,
  lowerOutputValues,
  mapUnknowns,
  type PropertyMap,
  type PropertyPath,
  type StepOp,
  Unknown,
  type UnknownSource,
  type Urn,
  unknownsOf,
} from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import type { Registration, RegistrationResult } from './registration.ts';

/**
 * Unknown values know where they come from, so that a preview can say why something is unknown. The wires to programs and
 * providers carry no such thing: what comes back from them is traced again, by dependencies and by place.
 */

/** The inputs as declared: plain values, whose unknowns are traced to what the program says they depend on. */
export function declaredInputs(operation: Operation, goal: Goal): PropertyMap {
  const inputs = lowerOutputValues(goal.inputs);
  if (!operation.isPreview) return inputs;
  return mapUnknowns(inputs, (unknown, [property]) => {
    const source = completed(operation, unknown) ?? sourceAmong(operation, dependenciesOf(goal, property as string));
    return source === undefined || source === unknown.source ? unknown : new Unknown(source);
  });
}

/** What the wire does say, a resource reference for one, with what becomes of that resource. */
function completed({ registrations }: Operation, { source }: Unknown): UnknownSource | undefined {
  const op = source === undefined || source.after !== undefined ? undefined : registrations.get(source.urn)?.result?.op;
  const after = op === undefined ? undefined : knownAfter(op);
  return source === undefined || after === undefined ? source : { ...source, after };
}

function dependenciesOf({ propertyDependencies, dependencies }: Goal, property: string): readonly Urn[] {
  const own = Object.hasOwn(propertyDependencies, property) ? propertyDependencies[property]! : [];
  return own.length > 0 ? own : dependencies;
}

/** What of `urns` is unknown. The wire does not say which output is meant: it is told where only one can be. */
function sourceAmong(operation: Operation, urns: readonly Urn[]): UnknownSource | undefined {
  const result = unknownAmong(operation, urns);
  if (result === undefined) return undefined;
  const { urn, id, outputs } = result.state;
  const told = unknownsOf(outputs).map(({ path }) => path);
  const places = told.length > 0 ? told : lostOutputs(result).map((name) => [name]);
  const only = places.length === 1 && id !== '' ? places[0] : undefined;
  const after = knownAfter(result.op);
  return {
    urn,
    ...(only === undefined ? {} : { property: formatPropertyPath(only) }),
    ...(after === undefined ? {} : { after }),
  };
}

/** Outputs that were recorded and that the preview of an update lacks: the provider foresees nothing, and SDKs take them for unknown. */
function lostOutputs({ op, old, state }: RegistrationResult): readonly string[] {
  if (op !== 'update') return [];
  return Object.keys(old?.outputs ?? {}).filter((name) => !Object.hasOwn(state.outputs, name));
}

/** The first of `urns`, or of what is under one that is a component, that has something unknown about it. */
function unknownAmong({ registrations, children }: Operation, urns: readonly Urn[]): RegistrationResult | undefined {
  const open = urns.flatMap((urn) => registrations.get(urn) ?? []).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.goal.kind === 'component') open.push(...(children.get(next.urn) ?? []).toReversed());
    else if (next.result !== undefined && (next.result.hasUnknown === true || lostOutputs(next.result).length > 0))
      return next.result;
  }
  return undefined;
}

function knownAfter(op: StepOp): KnownAfter | undefined {
  switch (op) {
    case 'create':
    case 'update':
    case 'read':
      return op;
    case 'create-replacement':
    case 'replace':
      return 'replace';
    default:
      return undefined;
  }
}

/** What a provider made of `inputs`: what is unknown there is so for the reason it was in the inputs, at the same place. */
export function tracedLike(values: PropertyMap, inputs: PropertyMap): PropertyMap {
  if (values === inputs || !containsUnknown(values)) return values;
  const known = unknownsOf(inputs).filter(({ unknown }) => unknown.source !== undefined);
  if (known.length === 0) return values;
  return traced(values, (place) => known.find(({ path }) => isOneInTheOther(path, place))?.unknown.source);
}

function isOneInTheOther(a: PropertyPath, b: PropertyPath): boolean {
  const depth = Math.min(a.length, b.length);
  return a.slice(0, depth).every((segment, index) => segment === b[index]);
}

/** Outputs that are not known before the resource is done: those that mirror an input for its reason, the others for their own. */
export function tracedOutputs(
  { isPreview }: Operation,
  { urn }: Registration,
  outputs: PropertyMap,
  inputs: PropertyMap,
  after: KnownAfter,
): PropertyMap {
  if (!isPreview || !containsUnknown(outputs)) return outputs;
  return traced(tracedLike(outputs, inputs), (place) => ({ urn, property: formatPropertyPath(place), after }));
}

function traced(values: PropertyMap, sourceOf: (place: PropertyPath) => UnknownSource | undefined): PropertyMap {
  return mapUnknowns(values, (unknown, place) => {
    const source = unknown.source ?? sourceOf(place);
    return source === undefined || source === unknown.source ? unknown : new Unknown(source);
  });
}

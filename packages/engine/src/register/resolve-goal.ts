import {
  childUrn,
  type Goal,
  isProviderType,
  MonitorClosedError,
  OperationError,
  type ResourceTransform,
  stackType,
  stackUrn,
  type Urn,
} from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import { inheritedProvider, packageOfToken } from '../provider/resolve-provider.ts';
import { refusal } from './refusal.ts';
import type { Registration } from './registration.ts';

/** Where a resource belongs: its parent, by default the stack when there is one. */
export function resolveParent(
  operation: Operation,
  declared: { readonly type: string; readonly name: string; readonly parent?: Urn | undefined },
): Urn | undefined {
  const { request, registrations } = operation;
  if (declared.parent !== undefined) {
    if (registrations.has(declared.parent)) return declared.parent;
    throw new OperationError({
      code: 'PARENT_UNKNOWN',
      summary: `could not find parent resource ${declared.parent}`,
      detail: `${declared.type} '${declared.name}' names it as its parent, but the program has not declared it.`,
    });
  }
  const stack = stackUrn(request.stack, request.project);
  return declared.type !== stackType && registrations.has(stack) ? stack : undefined;
}

/** The goal with its parent in it, which most programs name anyway. */
export function withParent(operation: Operation, goal: Goal): Goal {
  const parent = resolveParent(operation, goal);
  return parent === undefined || parent === goal.parent ? goal : { ...goal, parent };
}

/** Takes the URN of a resource. No two declarations of a program may have the same. */
export function claimUrn(operation: Operation, goal: Goal): Registration {
  const { request, registrations, progress } = operation;
  if (!progress.mayBegin) throw new MonitorClosedError('the operation is ending');
  const urn = childUrn(request.stack, request.project, goal.parent, goal.type, goal.name);
  if (registrations.has(urn))
    throw refusal(urn, 'URN_DUPLICATE', `Duplicate resource URN '${urn}'; try giving it a unique name`);
  assertReferencesDeclared(operation, urn, goal);
  const registration: Registration = {
    urn,
    goal,
    providers: inheritedProviders(operation, goal),
    transforms: transformsForChildren(operation, goal),
    hasOutputs: false,
  };
  registrations.set(urn, registration);
  if (goal.parent !== undefined) addChild(operation, goal.parent, registration);
  return registration;
}

/** What refers to nothing, or in a circle, could be created and never be recorded soundly. */
function assertReferencesDeclared({ registrations }: Operation, urn: Urn, goal: Goal): void {
  const refuse = (what: string, missing: Urn) => {
    const cause =
      missing === urn ? 'It depends on itself.' : 'The program has not declared that one, or not before this one.';
    throw new OperationError({
      code: 'DEPENDENCY_UNKNOWN',
      summary: `resource ${urn} ${what} ${missing} refers to missing resource`,
      detail: cause,
      urn,
    });
  };
  const check = (what: string, urns: readonly Urn[]) => {
    for (const referred of urns) if (!registrations.has(referred)) refuse(what, referred);
  };
  check('dependency', goal.dependencies);
  for (const [property, urns] of Object.entries(goal.propertyDependencies)) check(`dependency (of ${property})`, urns);
  check('replaceWith', goal.replaceWith);
  if (goal.deletedWith !== undefined) check('deletedWith', [goal.deletedWith]);
}

function addChild({ children }: Operation, parent: Urn, child: Registration): void {
  const known = children.get(parent);
  if (known === undefined) children.set(parent, [child]);
  else known.push(child);
}

const handedDown = ['protect', 'retainOnDelete', 'deletedWith'] as const satisfies readonly (keyof Goal)[];

/** The goal with what its parent hands down: options, and the provider that serves its package. */
export function inherit(operation: Operation, goal: Goal): Goal {
  const { parent } = goal;
  const giver = parent === undefined ? undefined : operation.registrations.get(parent)?.goal;
  if (giver === undefined) return goal;
  const options = handedDown.filter((option) => goal[option] === undefined && giver[option] !== undefined);
  const provider = goal.provider ?? providerFor(operation, goal);
  if (options.length === 0 && provider === goal.provider) return goal;
  return { ...goal, ...Object.fromEntries(options.map((option) => [option, giver[option]])), provider };
}

/** A component that the program itself makes needs none, and a provider is served by the engine. */
function providerFor(operation: Operation, { kind, type, parent, providers }: Goal): string | undefined {
  if (kind === 'component' || isProviderType(type)) return undefined;
  const own = packageOfToken(type);
  if (Object.hasOwn(providers, own)) return providers[own];
  return inheritedProvider(operation, parent, type);
}

/** The providers that the children of a component get: its own, and those of the components around it. */
export function inheritedProviders(operation: Operation, goal: Goal): Goal['providers'] {
  const parent = goal.parent === undefined ? undefined : operation.registrations.get(goal.parent);
  if (parent === undefined || Object.keys(parent.providers).length === 0) return goal.providers;
  return { ...parent.providers, ...goal.providers };
}

function transformsForChildren(
  operation: Operation,
  { parent, transforms: own = [] }: Goal,
): readonly ResourceTransform[] {
  const inherited = (parent === undefined ? undefined : operation.registrations.get(parent)?.transforms) ?? [];
  return own.length === 0 ? inherited : [...own, ...inherited];
}

/** Options that would have no effect are refused: to ignore them silently would be worse. */
export function refuseMisplaced(goal: Goal): void {
  if (Object.keys(goal.envVarMappings).length > 0 && !isProviderType(goal.type))
    throw new OperationError({
      code: 'OPTION_MISPLACED',
      summary: 'envVarMappings can only be used with provider resources',
      detail: `${goal.type} '${goal.name}' is none.`,
    });
}

/**
 * What a provider makes is known to it by its type, which its URN must give back. The type of a component may be any text.
 */
export function assertTypeToken({ kind, type, name }: Goal): void {
  const isToken = /^[^:$]+:[^:$]+:[^:$]+(:[^:$]+)*$/.test(type);
  if (kind === 'component' || isToken) return;
  throw new OperationError({
    code: 'TYPE_INVALID',
    summary: `Type '${type}' is not a valid type token (must have format '*:*:*')`,
    detail: `It is declared for '${name}'.`,
  });
}

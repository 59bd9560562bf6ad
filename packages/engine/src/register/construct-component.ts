import {
  BugError,
  type ConstructResult,
  childUrn,
  type Goal,
  lowerOutputValues,
  MonitorClosedError,
  OperationError,
  type Provider,
  type RegisterResourceResult,
  type Urn,
} from '@radiant/model';
import { assertBounded } from '../operation/assert-bounded.ts';
import { callContext, type Operation } from '../operation/operation.ts';
import { allDependencies, withDependencies } from '../operation/output-values.ts';
import { isStop } from '../operation/progress.ts';
import { complaint } from '../provider/complaint.ts';
import { resolveProvider } from '../provider/resolve-provider.ts';
import { isBlocked, isUnserved } from './pass-over.ts';
import { inheritedProviders } from './resolve-goal.ts';

/** What the process of a component declares for it (engine reference 2.4, point 10). */
export type Constructed = RegisterResourceResult | { readonly goal: Goal };

/**
 * Lets the process that serves a component declare it and its children, over the same monitor. Where that process cannot
 * be asked yet, in a preview, or something that it needs is not made, gives back the bare component to be declared instead.
 */
export async function constructComponent(operation: Operation, declared: Goal): Promise<Constructed> {
  const { stack, project } = operation.request;
  const goal = constructible(operation, declared);
  const { type, name, parent, provider, plugin } = goal;
  const urn = childUrn(stack, project, parent, type, name);
  operation.scrubber.add(goal.inputs);
  const bare = { goal: { ...declared, kind: 'component', inputs: lowerOutputValues(goal.inputs) } } as const;
  if (isUnserved(operation, goal) || isBlocked(operation, goal)) return bare;
  const reference = await resolveProvider(operation, { token: type, name: urn, provider, plugin });
  const handle = await operation.providers.handle(reference, plugin.extension);
  if (!handle.isConfigured) return bare;
  const { urn: constructed, ...answer } = await construct(operation, handle.provider, urn, goal);
  if (!operation.registrations.has(constructed)) throw notDeclared(urn, goal, constructed);
  assertBounded(answer.outputs, (name) => `output '${name}' of ${type} '${goal.name}'`, urn);
  const outputs = lowerOutputValues(answer.outputs);
  operation.scrubber.add(outputs);
  return {
    urn: constructed,
    id: '',
    outputs,
    outcome: 'succeeded',
    propertyDependencies: allDependencies(answer.outputs, answer.propertyDependencies),
  };
}

/** The component as its process is told of it: with all providers for its children, and inputs that say what they came by. */
function constructible(operation: Operation, goal: Goal): Goal {
  const inputs = withDependencies(goal.inputs, goal.propertyDependencies);
  return {
    ...goal,
    inputs,
    propertyDependencies: allDependencies(inputs, goal.propertyDependencies),
    providers: inheritedProviders(operation, goal),
  };
}

async function construct(operation: Operation, provider: Provider, urn: Urn, goal: Goal): Promise<ConstructResult> {
  if (provider.construct === undefined) throw noComponents(urn, goal);
  try {
    return await operation.progress.untilStopped(provider.construct({ urn, goal }, callContext(operation, urn)));
  } catch (error) {
    // What it declared may have failed, which has been told, or the operation is over.
    if (!operation.progress.mayBegin) throw new MonitorClosedError('the operation is ending');
    throw isStop(error) || error instanceof BugError ? error : failedToConstruct(urn, goal, error);
  }
}

/** Pulumi: diagnostic 2002. */
function failedToConstruct(urn: Urn, { type, name, inputs }: Goal, error: unknown): OperationError {
  const reason = error instanceof Error ? complaint(error, inputs) : String(error);
  const { detail, remedy } = error instanceof OperationError ? error : {};
  return new OperationError({
    code: 'CONSTRUCT_FAILED',
    summary: `${type} resource '${name}' has a problem: ${reason}`,
    detail,
    remedy,
    urn,
    cause: error,
  });
}

function noComponents(urn: Urn, { type }: Goal): OperationError {
  return new OperationError({
    code: 'CONSTRUCT_UNSUPPORTED',
    summary: `the provider of ${type} has no components`,
    detail: 'The program declares it as a component that the provider constructs.',
    urn,
  });
}

function notDeclared(urn: Urn, { type, name }: Goal, declared: Urn): OperationError {
  return new OperationError({
    code: 'CONSTRUCT_ANSWER_INVALID',
    summary: `the provider of ${type} says that '${name}' is ${declared}, but it declared no such component`,
    detail: 'This is a fault of the provider.',
    urn,
  });
}

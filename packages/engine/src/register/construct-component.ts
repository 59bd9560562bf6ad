import { type Goal, lowerOutputValues, OperationError, type RegisterResourceResult, type Urn } from '@radiant/model';
import { callContext, type Operation } from '../operation/operation.ts';
import { resolveProvider } from '../provider/resolve-provider.ts';

/** What the process of a component declares for it (engine reference 2.4, point 10). */
export type Constructed = RegisterResourceResult | { readonly goal: Goal };

/**
 * Lets the process that serves a component declare it and its children, over the same monitor. Where that process cannot
 * be asked yet, in a preview, gives back the bare component to be declared instead.
 */
export async function constructComponent(operation: Operation, urn: Urn, goal: Goal): Promise<Constructed> {
  const { type: token, parent, plugin, provider } = goal;
  const reference = await resolveProvider(operation, {
    token,
    name: urn,
    parent,
    provider,
    providers: goal.providers,
    plugin,
  });
  const handle = await operation.providers.handle(reference);
  if (!handle.isConfigured) return { goal: bareComponent(goal) };
  if (handle.provider.construct === undefined) throw noComponents(urn, goal);
  const { urn: declared, ...answer } = await operation.progress.untilStopped(
    handle.provider.construct({ urn, goal }, callContext(operation, urn)),
  );
  const registration = operation.registrations.get(declared);
  if (registration === undefined) throw notDeclared(urn, goal, declared);
  const outputs = lowerOutputValues(answer.outputs);
  operation.scrubber.add(outputs);
  return {
    urn: declared,
    id: '',
    outputs,
    outcome: 'succeeded',
    propertyDependencies: answer.propertyDependencies,
  };
}

function bareComponent(goal: Goal): Goal {
  return { ...goal, kind: 'component', inputs: lowerOutputValues(goal.inputs) };
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

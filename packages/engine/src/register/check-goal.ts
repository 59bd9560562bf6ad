import { type CheckFailure, type Goal, OperationError, type PropertyMap, resetAtPath, type Urn } from '@radiant/model';
import type { ResourceNaming } from '../autonaming/resource-naming.ts';
import { parseOptionPaths } from '../compare/replace-on-changes.ts';
import type { Operation } from '../operation/operation.ts';
import { ReportedError } from '../operation/progress.ts';
import { propertyText } from '../operation/property-text.ts';
import { seedOf } from '../plan/planned.ts';
import { assertKnown, checkInputs } from '../provider/provider-calls.ts';
import type { ProviderHandle } from '../provider/provider-handle.ts';
import type { Registration } from './registration.ts';
import { tracedLike } from './unknown-sources.ts';

/** The inputs with what the program wants ignored taken from the record. Refuses paths that cannot be followed. */
export function withIgnoredChanges(goal: Goal, urn: Urn, old: PropertyMap, inputs: PropertyMap): PropertyMap {
  const paths = parseOptionPaths(goal.ignoreChanges, 'ignoreChanges', urn);
  const lost: string[] = [];
  let news = inputs;
  for (const [index, path] of paths.entries()) {
    const reset = resetAtPath(old, news, path);
    if (reset === undefined) lost.push(goal.ignoreChanges[index]!);
    else news = reset;
  }
  if (lost.length === 0) return news;
  throw new OperationError({
    code: 'IGNORE_CHANGES_LOST',
    summary: `cannot ignore changes to the following properties because one or more elements of the path are missing: "${lost.join(', ')}"`,
    detail:
      'What the path leads through is there on one side only, in the record or in the program, or is a list of another length.',
    urn,
  });
}

/**
 * The inputs as the provider wants them recorded. `oldInputs` are left out when the resource is made anew, so that
 * defaults and names are fresh. Throws ReportedError when the provider finds fault with them.
 */
export async function checkGoal(
  operation: Operation,
  registration: Registration,
  handle: ProviderHandle,
  newInputs: PropertyMap,
  oldInputs: PropertyMap | undefined,
  naming: ResourceNaming | undefined,
): Promise<PropertyMap> {
  const { urn, goal } = registration;
  const { reporter, planning, progress } = operation;
  const answer = await planning.run(() =>
    checkInputs(handle, {
      urn,
      type: goal.type,
      name: goal.name,
      ...(oldInputs === undefined ? {} : { oldInputs }),
      newInputs,
      randomSeed: seedOf(operation, registration),
      ...(naming === undefined || !supportsAutonaming(handle) ? {} : { autonaming: naming.autonaming }),
    }),
  );
  const remarks = goal.isRedeclared === true ? [] : (answer.warnings ?? []);
  for (const message of remarks) reporter.diagnose({ severity: 'warning', message, urn });
  if (answer.failures.length === 0) {
    if (operation.isPreview) return tracedLike(answer.inputs, newInputs);
    assertKnown({ urn, type: goal.type }, 'Check', 'inputs', answer.inputs);
    return answer.inputs;
  }
  for (const failure of answer.failures)
    reporter.diagnose({ severity: 'error', message: failureText(goal, newInputs, failure), urn });
  progress.fail();
  throw new ReportedError('the inputs were found faulty');
}

export function supportsAutonaming({ provider }: ProviderHandle): boolean {
  return provider.capabilities.supportsAutonaming === true;
}

/** Pulumi: diagnostics 2002 and 2003. */
function failureText(goal: Goal, inputs: PropertyMap, { property, reason }: CheckFailure): string {
  const subject = `${goal.type} resource '${goal.name}'`;
  if (property === '') return `${subject} has a problem: ${reason}`;
  const value = Object.hasOwn(inputs, property) ? inputs[property] : undefined;
  return `${subject}: property ${property} value ${propertyText(value ?? null)} has a problem: ${reason}`;
}

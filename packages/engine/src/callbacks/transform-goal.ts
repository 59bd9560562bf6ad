import {
  childUrn,
  type Goal,
  lowerOutputValues,
  type PropertyMap,
  type ResourceTransform,
  type TransformableOptions,
} from '@radiant/model';
import { assertInputsBounded } from '../operation/assert-bounded.ts';
import type { Operation } from '../operation/operation.ts';
import { propertyDependenciesOf, upgraded, withDependencies } from '../operation/output-values.ts';
import { callbackError } from './callback-error.ts';
import { callProgram } from './program-callbacks.ts';

/**
 * A resource as its transforms leave it: its own first, then those of each ancestor going up, then those of the stack.
 * Each sees what the one before it returned (engine reference 2.4, point 7). A promise only where there is one to ask.
 */
export function transformGoal(operation: Operation, declared: Goal): Goal | Promise<Goal> {
  const own = ownTransforms(operation, declared);
  const goal = own.length > 0 ? { ...declared, transforms: own } : declared;
  const { parent } = goal;
  const inherited = (parent === undefined ? undefined : operation.registrations.get(parent)?.transforms) ?? [];
  const transforms = [...own, ...inherited, ...operation.callbacks.stackTransforms];
  return transforms.length === 0 ? goal : transformInTurn(operation, goal, transforms);
}

async function transformInTurn(
  operation: Operation,
  goal: Goal,
  transforms: readonly ResourceTransform[],
): Promise<Goal> {
  const own = goal.transforms ?? [];
  operation.scrubber.add(goal.inputs);
  const given = {
    inputs: own.length > 0 ? withDependencies(goal.inputs, goal.propertyDependencies) : goal.inputs,
    options: optionsOf(goal),
  };
  let current = given;
  for (const transform of transforms) current = await applyTransform(operation, goal, transform, current);
  return current === given ? goal : transformed(goal, current);
}

/** A remote component is registered twice: by the program, and by the process that constructs it. */
function ownTransforms({ callbacks }: Operation, goal: Goal): readonly ResourceTransform[] {
  const { kind, type, name, parent = '', transforms = [] } = goal;
  const key = `${parent}::${type}::${name}`;
  const kept = callbacks.keptForRemote(key);
  if (kept !== undefined) return kept;
  if (kind === 'remote' && transforms.length > 0) callbacks.keepForRemote(key, transforms);
  return transforms;
}

interface Transformed {
  readonly inputs: PropertyMap;
  readonly options: TransformableOptions;
}

async function applyTransform(
  operation: Operation,
  goal: Goal,
  transform: ResourceTransform,
  { inputs, options }: Transformed,
): Promise<Transformed> {
  const { kind, type, name, parent } = goal;
  const { replacementTrigger } = options;
  const request = {
    type,
    name,
    isCustom: kind === 'custom',
    ...(parent === undefined ? {} : { parent }),
    inputs: upgraded(inputs),
    options:
      replacementTrigger === undefined ? options : { ...options, replacementTrigger: upgraded(replacementTrigger) },
  };
  try {
    const result = await callProgram(operation.progress, () => transform(request));
    assertInputsBounded(goal, result.inputs);
    // Said while the next transform may still fail: what one of them made secret is no less so in its message.
    operation.scrubber.add(result.inputs);
    return result;
  } catch (error) {
    const { request: stack } = operation;
    throw callbackError(error, {
      code: 'TRANSFORM_FAILED',
      what: `a transform of ${type} '${name}' failed`,
      urn: childUrn(stack.stack, stack.project, parent, type, name),
    });
  }
}

function transformed(goal: Goal, { inputs, options }: Transformed): Goal {
  const propertyDependencies = propertyDependenciesOf(inputs, goal.propertyDependencies);
  const { replacementTrigger } = options;
  return {
    ...goal,
    ...options,
    plugin: {
      ...options.plugin,
      ...(goal.plugin.packageRef === undefined ? {} : { packageRef: goal.plugin.packageRef }),
    },
    // A remote component is given output values, as the program wrote them.
    inputs: goal.kind === 'remote' ? inputs : lowerOutputValues(inputs),
    ...(replacementTrigger === undefined ? {} : { replacementTrigger: lowerOutputValues(replacementTrigger) }),
    dependencies: [...new Set([...options.dependencies, ...Object.values(propertyDependencies).flat()])],
    propertyDependencies,
  };
}

function optionsOf(goal: Goal): TransformableOptions {
  return {
    provider: goal.provider,
    providers: goal.providers,
    plugin: goal.plugin,
    dependencies: goal.dependencies,
    aliases: goal.aliases,
    protect: goal.protect,
    retainOnDelete: goal.retainOnDelete,
    deletedWith: goal.deletedWith,
    replaceWith: goal.replaceWith,
    replacementTrigger: goal.replacementTrigger,
    deleteBeforeReplace: goal.deleteBeforeReplace,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    hideDiffs: goal.hideDiffs,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    customTimeouts: goal.customTimeouts,
    importId: goal.importId,
    hooks: goal.hooks,
  };
}

import {
  type Alias,
  containsSecret,
  type GoalPlan,
  type Plan,
  type PropertyChanges,
  type PropertyMap,
  type ResourcePlan,
  type SecretsManager,
  type Urn,
} from '@radiant/model';
import { magicOf } from '../deployment/deployment.ts';
import type { Json, JsonObject } from '../deployment/deployment-json.ts';
import { encodeProperties } from '../deployment/property-encoding.ts';
import { encodeTimeouts, sortKeys } from '../deployment/resource-encoding.ts';
import { createEncoder, type ResourceEncoder } from '../deployment/secret-encoding.ts';
import type { PlanJson } from './plan-json.ts';

/** Encodes a plan for a file. Its secrets are sealed; `secrets` is only asked when there are any. */
export async function encodePlan(
  plan: Plan,
  options: {
    readonly nowMs: number;
    readonly toolVersion: string;
    /** As the stack file has it, secrets sealed. */
    readonly config: JsonObject;
    readonly secrets: () => Promise<SecretsManager>;
  },
): Promise<PlanJson> {
  const hasSecrets = [...plan.resources.values()].some(holdsSecret);
  const encoder = createEncoder('encrypted', hasSecrets ? { secrets: await options.secrets() } : {});
  const urns = [...plan.resources.keys()].sort();
  const resourcePlans = urns.map((urn) => [urn, encodeResourcePlan(urn, plan.resources.get(urn)!, encoder)]);
  await encoder.settle();
  return {
    manifest: {
      time: new Date(options.nowMs).toISOString(),
      magic: magicOf(options.toolVersion),
      version: options.toolVersion,
    },
    ...unlessEmpty('config', sortKeys(options.config)),
    ...unlessEmpty('resourcePlans', Object.fromEntries(resourcePlans)),
  };
}

function holdsSecret({ goal, outputs }: ResourcePlan): boolean {
  const changes = goal === undefined ? [] : [goal.inputChanges, goal.outputChanges];
  const maps = [outputs, ...changes.flatMap(({ adds, updates }) => [adds, updates])];
  return maps.some(containsSecret);
}

function encodeResourcePlan(urn: Urn, plan: ResourcePlan, encoder: ResourceEncoder): JsonObject {
  encoder.urn = urn;
  const { goal, steps, outputs, seed } = plan;
  return {
    ...(goal === undefined ? {} : { goal: encodeGoal(goal, encoder) }),
    ...(steps.length === 0 ? {} : { steps }),
    state: outputs === undefined ? null : encodeProperties(outputs, encoder),
    ...(seed === undefined ? {} : { seed: Buffer.from(seed).toString('base64') }),
  };
}

function encodeGoal(goal: GoalPlan, encoder: ResourceEncoder): JsonObject {
  return {
    type: goal.type,
    name: goal.name,
    custom: goal.isCustom,
    inputDiff: encodeChanges(goal.inputChanges, encoder),
    outputDiff: encodeChanges(goal.outputChanges, encoder),
    ...(goal.parent === undefined ? {} : { parent: goal.parent }),
    protect: goal.isProtected,
    ...unlessEmpty('dependencies', goal.dependencies),
    ...(goal.provider === undefined ? {} : { provider: goal.provider }),
    ...unlessEmpty('propertyDependencies', sortKeys(goal.propertyDependencies)),
    ...(goal.deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace: goal.deleteBeforeReplace }),
    ...unlessEmpty('ignoreChanges', goal.ignoreChanges),
    ...unlessEmpty('additionalSecretOutputs', goal.additionalSecretOutputs),
    ...unlessEmpty('aliases', goal.aliases.map(encodeAlias)),
    ...(goal.importId === undefined ? {} : { id: goal.importId }),
    customTimeouts: encodeTimeouts(goal.customTimeouts),
  };
}

function encodeChanges({ adds, deletes, updates }: PropertyChanges, encoder: ResourceEncoder): JsonObject {
  const encode = (map: PropertyMap) => encodeProperties(map, encoder);
  return {
    ...unlessEmpty('adds', encode(adds)),
    ...unlessEmpty('deletes', [...deletes].sort()),
    ...unlessEmpty('updates', encode(updates)),
  };
}

/** Go writes the fields of a structure that says nothing about JSON by their own names. */
function encodeAlias(alias: Alias): JsonObject {
  const spec = alias.kind === 'spec' ? alias : undefined;
  return {
    URN: alias.kind === 'urn' ? alias.urn : '',
    Name: spec?.name ?? '',
    Type: spec?.type ?? '',
    Project: spec?.project ?? '',
    Stack: spec?.stack ?? '',
    Parent: spec?.parent?.kind === 'urn' ? spec.parent.urn : '',
    NoParent: spec?.parent?.kind === 'none',
  };
}

function unlessEmpty<Key extends string, Value extends JsonObject | readonly Json[]>(
  key: Key,
  value: Value,
): { [key in Key]?: Value } {
  return Object.keys(value).length === 0 ? {} : ({ [key]: value } as { [key in Key]?: Value });
}

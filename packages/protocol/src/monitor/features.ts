import { type Feature, features } from '../messages/resource-messages.ts';

/** What works. An SDK that finds a feature missing says so itself when a program uses it. */
const supported: readonly Feature[] = [
  'secrets',
  'resourceReferences',
  'outputValues',
  'aliasSpecs',
  'replacementTrigger',
  'deletedWith',
  'replaceWith',
  'transforms',
  'invokeTransforms',
  'parameterization',
  'resourceHooks',
  'errorHooks',
  'sendsOptionsToHooks',
  'invokeDependsOn',
  'invokeParent',
];

/** The ids that SupportsFeature knows; Pulumi has frozen them. */
const legacyIds: ReadonlySet<string> = new Set<Feature>([
  'secrets',
  'resourceReferences',
  'outputValues',
  'aliasSpecs',
  'replacementTrigger',
  'deletedWith',
  'replaceWith',
  'transforms',
  'invokeTransforms',
  'parameterization',
  'resourceHooks',
  'errorHooks',
  'sendsOptionsToHooks',
]);

export interface FeatureSet {
  /** Values of the enum, for GetDeploymentInfo. */
  readonly numbers: readonly number[];
  /** For SupportsFeature; unknown ids are not supported. */
  hasLegacyId(id: string): boolean;
}

/** `disabled` is what the user has switched off: PULUMI_DISABLE_RESOURCE_REFERENCES, PULUMI_DISABLE_OUTPUT_VALUES. */
export function createFeatureSet(disabled: readonly Feature[] = []): FeatureSet {
  const active = supported.filter((feature) => !disabled.includes(feature));
  return {
    numbers: active.map((feature) => features[feature]),
    hasLegacyId: (id) => legacyIds.has(id) && active.includes(id as Feature),
  };
}

import type { OperationOptions } from '@radiant/engine';
import type { Feature } from '@radiant/protocol';
import { type Environment, isOn } from '../home.ts';

/** Parts of the wire that Pulumi's switches turn off. */
export function disabledFeatures(env: Environment): readonly Feature[] {
  const switches: readonly (readonly [string, Feature])[] = [
    ['PULUMI_DISABLE_RESOURCE_REFERENCES', 'resourceReferences'],
    ['PULUMI_DISABLE_OUTPUT_VALUES', 'outputValues'],
  ];
  return switches.filter(([name]) => isOn(env[name])).map(([, feature]) => feature);
}

/** What Pulumi's switches change about comparisons, previews and policies. */
export function engineSwitches(
  env: Environment,
): Pick<OperationOptions, 'legacyDiff' | 'legacyRefreshDiff' | 'disableProviderPreview' | 'parallelAnalyze'> {
  return {
    legacyDiff: isOn(env.PULUMI_ENABLE_LEGACY_DIFF),
    legacyRefreshDiff: isOn(env.PULUMI_ENABLE_LEGACY_REFRESH_DIFF),
    disableProviderPreview: isOn(env.PULUMI_DISABLE_PROVIDER_PREVIEW),
    parallelAnalyze: Number.parseInt(env.PULUMI_PARALLEL_ANALYZE ?? '', 10) || 0,
  };
}

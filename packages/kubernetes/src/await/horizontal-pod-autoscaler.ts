import { type KubeObject, listAt, textAt } from '../json.ts';
import { conditionOf, conditionWords } from './conditions.ts';
import { type ReadinessRule, waiting } from './readiness.ts';

/** Ready when its controller has looked at it; metrics that are missing are a warning, not a failure. */
export const horizontalPodAutoscalerRule: ReadinessRule = {
  related: () => [],
  judge(scaler) {
    if (listAt(scaler, 'status', 'conditions').length === 0)
      return waiting('Waiting for the HorizontalPodAutoscaler controller');
    return { kind: 'ready', warnings: troubles(scaler) };
  },
};

/** A target that is not there (yet) is no matter here: the same program may be about to make it. */
function troubles(scaler: KubeObject): string[] {
  const active = conditionOf(scaler, 'ScalingActive');
  if (textAt(active, 'status') !== 'False' || textAt(active, 'reason') === 'ScalingDisabled') return [];
  return [`It does not scale yet: ${conditionWords(active)}`];
}

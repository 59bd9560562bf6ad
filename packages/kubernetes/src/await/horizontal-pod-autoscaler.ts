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

function troubles(scaler: KubeObject): string[] {
  return ['AbleToScale', 'ScalingActive']
    .map((type) => conditionOf(scaler, type))
    .filter((condition) => textAt(condition, 'status') === 'False' && textAt(condition, 'reason') !== 'ScalingDisabled')
    .map((condition) => `It does not scale yet: ${conditionWords(condition)}`);
}

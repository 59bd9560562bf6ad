import type { KubeObject } from '../../kube-object.ts';
import type { TableColumn } from '../../registry/kube-kind.ts';
import { ageColumn, column, nameColumn } from '../columns.ts';
import { defineKind } from '../define-kind.ts';
import {
  ensureRecord,
  isRecord,
  itemsOf,
  numberOf,
  recordOf,
  setDefault,
  setDefaultWhenZero,
  textOf,
} from '../fields.ts';
import { canonicalQuantity } from '../quantity.ts';
import { validateAutoscaler } from './autoscaler-validation.ts';
import { fromV2, toV2 } from './autoscaler-versions.ts';
import { formatMetrics } from './metric-columns.ts';

const columns: readonly TableColumn[] = [
  nameColumn,
  column('Reference', ({ spec }) => `${textOf(spec?.scaleTargetRef?.kind)}/${textOf(spec?.scaleTargetRef?.name)}`),
  column('Targets', ({ spec, status }) => formatMetrics(spec?.metrics, status?.currentMetrics)),
  column('MinPods', ({ spec }) => `${spec?.minReplicas ?? '<unset>'}`),
  column('MaxPods', ({ spec }) => numberOf(spec?.maxReplicas)),
  column('Replicas', ({ status }) => numberOf(status?.currentReplicas)),
  ageColumn,
];

const names = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  resource: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: ['status'],
} as const;

export const autoscalerKind = defineKind({
  ...names,
  version: 'v2',
  columns,
  applyDefaults: defaultAutoscaler,
  prepareCreate: (autoscaler) => {
    autoscaler.status = { currentMetrics: null, desiredReplicas: 0 };
  },
  validate: (autoscaler) => validateAutoscaler(recordOf(autoscaler.spec)),
});

export const autoscalerV1Kind = defineKind({
  ...names,
  version: 'v1',
  columns: columns.map((one) => ({ ...one, value: (object, nowMs) => one.value(toV2(object), nowMs) })),
  storedAs: { group: names.group, version: 'v2', kind: names.kind, toStored: toV2, fromStored: fromV2 },
});

function defaultAutoscaler(autoscaler: KubeObject): void {
  const spec = ensureRecord(autoscaler, 'spec');
  setDefault(spec, 'minReplicas', 1);
  if (itemsOf(spec.metrics).length === 0) {
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  for (const metric of itemsOf(spec.metrics)) {
    for (const source of Object.values(metric).filter(isRecord)) {
      const target = recordOf(source.target);
      for (const part of ['value', 'averageValue'])
        if (target[part] !== undefined) target[part] = canonicalQuantity(target[part]);
    }
  }
  if (isRecord(spec.behavior)) defaultBehavior(spec.behavior);
}

/** Only what a given behavior leaves open is filled in; without one there is nothing to see. */
function defaultBehavior(behavior: Record<string, unknown>): void {
  const up = ensureRecord(behavior, 'scaleUp');
  setDefault(up, 'stabilizationWindowSeconds', 0);
  setDefaultWhenZero(up, 'selectPolicy', 'Max');
  const upPolicies = [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ];
  setDefault(up, 'policies', upPolicies);
  const down = ensureRecord(behavior, 'scaleDown');
  setDefaultWhenZero(down, 'selectPolicy', 'Max');
  setDefault(down, 'policies', [{ type: 'Percent', value: 100, periodSeconds: 15 }]);
}

import type { KubeObject } from '../../kube-object.ts';
import { itemsOf, recordOf, stringMapOf } from '../fields.ts';

type Part = Record<string, unknown>;

/** Where autoscaling/v1 keeps what it has no field for (kubernetes, pkg/apis/autoscaling/annotations.go). */
const carried = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
} as const;

export function toV2(object: KubeObject): KubeObject {
  if (object.apiVersion !== 'autoscaling/v1') return object;
  const annotations = stringMapOf(object.metadata.annotations);
  const { targetCPUUtilizationPercentage, ...spec } = recordOf(object.spec);
  const { currentCPUUtilizationPercentage, ...status } = recordOf(object.status);
  const metrics = [...cpuMetric(targetCPUUtilizationPercentage), ...parseList(annotations[carried.metrics])];
  const current = [...cpuStatus(currentCPUUtilizationPercentage), ...parseList(annotations[carried.currentMetrics])];
  const behavior = parseObject(annotations[carried.behavior]);
  const conditions = parseList(annotations[carried.conditions]);
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object.metadata, without(annotations, Object.values(carried))),
    spec: { ...spec, ...(metrics.length > 0 ? { metrics } : {}), ...(behavior === undefined ? {} : { behavior }) },
    ...(object.status === undefined
      ? {}
      : {
          status: {
            ...status,
            currentMetrics: current.length > 0 ? current : null,
            ...(conditions.length > 0 ? { conditions } : {}),
          },
        }),
  };
}

export function fromV2(stored: KubeObject): KubeObject {
  const { metrics, behavior, ...spec } = recordOf(stored.spec);
  const { currentMetrics, conditions, ...status } = recordOf(stored.status);
  const target = itemsOf(metrics).find(isCpuUtilization);
  const reported = itemsOf(currentMetrics).find((metric) => recordOf(metric.resource).name === 'cpu');
  const annotations = {
    ...stringMapOf(stored.metadata.annotations),
    ...asAnnotation(
      carried.metrics,
      itemsOf(metrics).filter((metric) => metric !== target),
    ),
    ...asAnnotation(
      carried.currentMetrics,
      itemsOf(currentMetrics).filter((metric) => metric !== reported),
    ),
    ...asAnnotation(carried.conditions, itemsOf(conditions)),
    ...(behavior === undefined ? {} : { [carried.behavior]: JSON.stringify(behavior) }),
  };
  const utilization = recordOf(recordOf(recordOf(target).resource).target).averageUtilization;
  const current = recordOf(recordOf(recordOf(reported).resource).current).averageUtilization;
  return {
    ...stored,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(stored.metadata, annotations),
    spec: { ...spec, ...(utilization === undefined ? {} : { targetCPUUtilizationPercentage: utilization }) },
    ...(stored.status === undefined
      ? {}
      : { status: { ...status, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }) } }),
  };
}

function cpuMetric(percentage: unknown): Part[] {
  if (typeof percentage !== 'number') return [];
  const target = { type: 'Utilization', averageUtilization: percentage };
  return [{ type: 'Resource', resource: { name: 'cpu', target } }];
}

function cpuStatus(percentage: unknown): Part[] {
  if (typeof percentage !== 'number') return [];
  return [
    { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: percentage, averageValue: '0' } } },
  ];
}

function isCpuUtilization(metric: Part): boolean {
  const resource = recordOf(metric.resource);
  return (
    metric.type === 'Resource' && resource.name === 'cpu' && recordOf(resource.target).averageUtilization !== undefined
  );
}

function asAnnotation(key: string, list: readonly unknown[]): Record<string, string> {
  return list.length === 0 ? {} : { [key]: JSON.stringify(list) };
}

function withAnnotations(
  metadata: KubeObject['metadata'],
  annotations: Record<string, string>,
): KubeObject['metadata'] {
  const { annotations: _, ...rest } = metadata;
  return Object.keys(annotations).length === 0 ? rest : { ...rest, annotations };
}

function without(map: Record<string, string>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

function parseList(text: string | undefined): Part[] {
  const parsed = parseJson(text);
  return Array.isArray(parsed) ? itemsOf(parsed) : [];
}

function parseObject(text: string | undefined): Part | undefined {
  const parsed = parseJson(text);
  return parsed === undefined || Array.isArray(parsed) ? undefined : recordOf(parsed);
}

/** An annotation that is no JSON says nothing. */
function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { isZero, itemsOf, recordOf, textOf } from '../../kinds/fields.ts';
import { formatQuantity, nanosOf, parseQuantity } from '../../kinds/quantity.ts';
import type { KubeObject } from '../../kube-object.ts';
import { simulationPrefix } from '../kubelet/simulation.ts';

/** What one metric of an autoscaler says: how many pods, and what its status shows; or why it says nothing. */
export type Reading =
  | {
      readonly kind: 'proposal';
      readonly replicas: number;
      readonly name: string;
      readonly status: Record<string, unknown>;
    }
  | { readonly kind: 'failure'; readonly reason: string; readonly message: string };

/** A ratio this near to 1 changes nothing. */
const tolerance = 0.1;

const metricsApiMissing =
  'unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';

/**
 * Reads a metric of simulated load. The annotation `simulation.radiant.dev/<resource>-load` of the autoscaler is the load of all pods
 * together, in percent of what one pod requests; without it the cluster is one without a metrics server.
 */
export function readMetric(
  autoscaler: KubeObject,
  metric: Record<string, unknown>,
  pods: readonly KubeObject[],
): Reading {
  const field =
    metric.type === 'Resource' ? 'resource' : metric.type === 'ContainerResource' ? 'containerResource' : undefined;
  if (field === undefined) return unsupported(metric);
  const source = recordOf(metric[field]);
  const resource = textOf(source.name);
  const target = recordOf(source.target);
  const load = Number(autoscaler.metadata.annotations?.[`${simulationPrefix}${resource}-load`] ?? Number.NaN);
  const unit = target.averageUtilization === undefined ? `${resource} usage` : `${resource} utilization`;
  if (!Number.isFinite(load) || load < 0) {
    return failure(
      'FailedGetResourceMetric',
      `failed to get ${unit}: unable to get metrics for resource ${resource}: ${metricsApiMissing}`,
    );
  }
  const ready = Math.max(1, pods.length);
  const requestNanos = requestOfOnePod(pods, resource);
  const averageNanos = (requestNanos * BigInt(Math.round(load))) / BigInt(100 * ready);
  const averageValue = formatQuantity({
    nanos: averageNanos,
    format: resource === 'memory' ? 'BinarySI' : 'DecimalSI',
  });
  const current = { averageUtilization: Math.round(load / ready), averageValue };
  if (target.averageUtilization !== undefined) {
    const missing = podWithoutRequest(pods, resource);
    if (missing !== undefined) return failure('FailedGetResourceMetric', `failed to get ${unit}: ${missing}`);
    const ratio = load / ready / Number(target.averageUtilization);
    return proposal(`${unit} (percentage of request)`, ratio, ready, {
      type: metric.type,
      [field]: { ...identity(source), current },
    });
  }
  const targetNanos = parseQuantity(target.averageValue)?.nanos ?? 0n;
  const ratio = targetNanos === 0n ? 1 : Number(averageNanos) / Number(targetNanos);
  return proposal(`${resource} resource`, ratio, ready, {
    type: metric.type,
    [field]: { ...identity(source), current: { averageValue } },
  });
}

function identity(source: Record<string, unknown>): Record<string, unknown> {
  return { name: source.name, ...(isZero(source.container) ? {} : { container: source.container }) };
}

function proposal(name: string, ratio: number, ready: number, status: Record<string, unknown>): Reading {
  const replicas = Math.abs(ratio - 1) <= tolerance ? ready : Math.ceil(ratio * ready);
  return { kind: 'proposal', replicas, name, status };
}

function unsupported(metric: Record<string, unknown>): Reading {
  const names: Record<string, [string, string]> = {
    Pods: ['FailedGetPodsMetric', 'pods'],
    Object: ['FailedGetObjectMetric', 'object'],
    External: ['FailedGetExternalMetric', 'external'],
  };
  const type = textOf(metric.type);
  const [reason, field] = names[type] ?? ['InvalidMetricSourceType', ''];
  const name = textOf(recordOf(recordOf(metric[field]).metric).name);
  return failure(reason, `unable to get metric ${name}: no custom metrics API (custom.metrics.k8s.io) registered`);
}

function failure(reason: string, message: string): Reading {
  return { kind: 'failure', reason, message: `the HPA was unable to compute the replica count: ${message}` };
}

function requestOfOnePod(pods: readonly KubeObject[], resource: string): bigint {
  const requests = itemsOf(pods[0]?.spec?.containers).map((container) =>
    nanosOf(recordOf(recordOf(container.resources).requests)[resource]),
  );
  return requests.reduce((sum, nanos) => sum + nanos, 0n);
}

/** Utilization is a part of the request: without one there is no telling. */
function podWithoutRequest(pods: readonly KubeObject[], resource: string): string | undefined {
  for (const pod of pods) {
    for (const container of itemsOf(pod.spec?.containers)) {
      if (recordOf(recordOf(container.resources).requests)[resource] !== undefined) continue;
      return `missing request for ${resource} in container ${container.name} of Pod ${pod.metadata.name}`;
    }
  }
  return undefined;
}

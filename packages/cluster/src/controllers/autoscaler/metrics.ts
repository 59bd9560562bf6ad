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

/** What load is spread over. */
export interface LoadedWorkload {
  readonly replicas: number;
  /** The template's pod spec. */
  readonly podSpec: unknown;
  /** For messages: the name of one of its pods. */
  readonly podName: string;
}

/** A ratio this near to 1 changes nothing. */
const tolerance = 0.1;

const metricsApiMissing =
  'unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';

/**
 * Reads a metric of simulated load. The annotation `simulation.radiant.dev/<resource>-load` of the autoscaler is the load of all pods
 * together, in percent of what one pod requests; without it the cluster is one without a metrics server.
 */
export function readMetric(autoscaler: KubeObject, metric: Record<string, unknown>, workload: LoadedWorkload): Reading {
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
  const { replicas } = workload;
  const requestNanos = requestOfOnePod(workload, resource);
  const averageNanos = (requestNanos * BigInt(Math.round(load))) / BigInt(100 * replicas);
  const averageValue = formatQuantity({
    nanos: averageNanos,
    format: resource === 'memory' ? 'BinarySI' : 'DecimalSI',
  });
  const current = { averageUtilization: Math.round(load / replicas), averageValue };
  if (target.averageUtilization !== undefined) {
    const missing = missingRequest(workload, resource);
    if (missing !== undefined) return failure('FailedGetResourceMetric', `failed to get ${unit}: ${missing}`);
    const ratio = load / replicas / Number(target.averageUtilization);
    return proposal(`${unit} (percentage of request)`, ratio, replicas, {
      type: metric.type,
      [field]: { ...identity(source), current },
    });
  }
  const targetNanos = parseQuantity(target.averageValue)?.nanos ?? 0n;
  const ratio = targetNanos === 0n ? 1 : Number(averageNanos) / Number(targetNanos);
  return proposal(`${resource} resource`, ratio, replicas, {
    type: metric.type,
    [field]: { ...identity(source), current: { averageValue } },
  });
}

function identity(source: Record<string, unknown>): Record<string, unknown> {
  return { name: source.name, ...(isZero(source.container) ? {} : { container: source.container }) };
}

function proposal(name: string, ratio: number, current: number, status: Record<string, unknown>): Reading {
  const replicas = Math.abs(ratio - 1) <= tolerance ? current : Math.ceil(ratio * current);
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

function requestOfOnePod({ podSpec }: LoadedWorkload, resource: string): bigint {
  const requests = itemsOf(recordOf(podSpec).containers).map((container) => nanosOf(requestOf(container, resource)));
  return requests.reduce((sum, nanos) => sum + nanos, 0n);
}

/** Utilization is a part of the request: without one there is no telling. */
function missingRequest({ podSpec, podName }: LoadedWorkload, resource: string): string | undefined {
  const container = itemsOf(recordOf(podSpec).containers).find((one) => requestOf(one, resource) === undefined);
  if (container === undefined) return undefined;
  return `missing request for ${resource} in container ${container.name} of Pod ${podName}`;
}

/** A limit counts as a request where there is none, as it will in the pod. */
function requestOf(container: Record<string, unknown>, resource: string): unknown {
  const { requests, limits } = recordOf(container.resources);
  return recordOf(requests)[resource] ?? recordOf(limits)[resource];
}

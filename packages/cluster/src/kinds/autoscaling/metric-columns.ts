import { isRecord, itemsOf, recordOf, textOf } from '../fields.ts';

type Part = Record<string, unknown>;

const fields: Record<string, string> = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
};

/** TARGETS of `kubectl get hpa`: `cpu: <unknown>/70%`, current before target (kubernetes, pkg/printers, formatHPAMetrics). */
export function formatMetrics(specs: unknown, statuses: unknown): string {
  const metrics = itemsOf(specs);
  if (metrics.length === 0) return '<none>';
  const current = itemsOf(statuses);
  const shown = metrics
    .map((metric, at) => formatMetric(metric, current[at]))
    .slice(0, 2)
    .join(', ');
  return metrics.length > 2 ? `${shown} + ${metrics.length - 2} more...` : shown;
}

function formatMetric(metric: Part, status: Part | undefined): string {
  const type = textOf(metric.type);
  const field = fields[type];
  if (field === undefined) return '<unknown type>';
  const source = recordOf(metric[field]);
  const target = recordOf(source.target);
  const reported = status?.[field];
  const current = isRecord(reported) ? recordOf(reported.current) : {};
  const unknown = '<unknown>';
  if (type === 'Resource' || type === 'ContainerResource') {
    const name = textOf(source.name);
    if (target.averageValue !== undefined) return `${name}: ${current.averageValue ?? unknown}/${target.averageValue}`;
    const now = current.averageUtilization === undefined ? unknown : `${current.averageUtilization}%`;
    return `${name}: ${now}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`;
  }
  if (type === 'Pods') return `${current.averageValue ?? unknown}/${target.averageValue}`;
  if (target.averageValue !== undefined) return `${current.averageValue ?? unknown}/${target.averageValue} (avg)`;
  return `${current.value ?? unknown}/${target.value}`;
}

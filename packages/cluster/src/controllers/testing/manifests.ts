import type { Fields, KubeObject } from '../../kube-object.ts';

export interface PodParts {
  readonly image?: string;
  readonly annotations?: Record<string, string>;
  readonly labels?: Record<string, string>;
  /** Merged over the pod spec. */
  readonly spec?: Fields;
  /** Merged over the one container. */
  readonly container?: Fields;
}

export function podTemplate({
  image = 'registry.example/web:v1',
  annotations,
  labels = { app: 'web' },
  spec,
  container,
}: PodParts = {}): Fields {
  return {
    metadata: { labels, ...(annotations === undefined ? {} : { annotations }) },
    spec: { containers: [{ name: 'web', image, ...container }], ...spec },
  };
}

export function pod(name: string, parts: PodParts = {}): KubeObject {
  const { metadata, spec } = podTemplate(parts);
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace: 'default' }, spec };
}

export function deployment(name: string, spec: Fields = {}, template: PodParts = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: podTemplate(template), ...spec },
  };
}

export function service(name: string, spec: Fields = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  };
}

export function configMap(name: string, data: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data };
}

export function autoscaler(name: string, spec: Fields = {}, annotations?: Record<string, string>): KubeObject {
  const target = { type: 'Utilization', averageUtilization: 70 };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace: 'default', ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      ...spec,
    },
  };
}

// A reusable microservice: ConfigMap, Deployment, Service and HorizontalPodAutoscaler behind one set of arguments.
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

export interface MicroserviceArgs {
  name: string;
  namespace: pulumi.Input<string>;
  image: string;
  port: number;
  /** 3 when absent. */
  replicas?: number;
  envVars?: Record<string, pulumi.Input<string>>;
  /** 2 when absent. */
  minReplicas?: number;
  /** 10 when absent. */
  maxReplicas?: number;
}

export class Microservice extends pulumi.ComponentResource {
  readonly configMap: k8s.core.v1.ConfigMap;
  readonly deployment: k8s.apps.v1.Deployment;
  readonly service: k8s.core.v1.Service;
  readonly hpa: k8s.autoscaling.v2.HorizontalPodAutoscaler;

  constructor(name: string, args: MicroserviceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('custom:app:Microservice', name, {}, opts);
    const labels = { app: args.name };
    const child = { parent: this };

    this.configMap = new k8s.core.v1.ConfigMap(
      `${args.name}-config`,
      { metadata: { name: `${args.name}-config`, namespace: args.namespace }, data: args.envVars ?? {} },
      child,
    );

    this.deployment = new k8s.apps.v1.Deployment(
      args.name,
      {
        metadata: { name: args.name, namespace: args.namespace },
        spec: {
          replicas: args.replicas ?? 3,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              containers: [
                {
                  name: args.name,
                  image: args.image,
                  ports: [{ containerPort: args.port }],
                  envFrom: [{ configMapRef: { name: this.configMap.metadata.name } }],
                },
              ],
            },
          },
        },
      },
      child,
    );

    this.service = new k8s.core.v1.Service(
      args.name,
      {
        metadata: { name: args.name, namespace: args.namespace },
        spec: { selector: labels, ports: [{ port: 80, targetPort: args.port }] },
      },
      child,
    );

    this.hpa = new k8s.autoscaling.v2.HorizontalPodAutoscaler(
      `${args.name}-hpa`,
      {
        metadata: { name: `${args.name}-hpa`, namespace: args.namespace },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: args.name },
          minReplicas: args.minReplicas ?? 2,
          maxReplicas: args.maxReplicas ?? 10,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
          ],
        },
      },
      child,
    );

    this.registerOutputs({});
  }
}

import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

export interface MicroserviceArgs {
  image: pulumi.Input<string>;
  /** The port that the container listens on; the Service listens on 80. */
  port: number;
  /** 2 when absent. */
  minReplicas?: number;
  /** 5 when absent. */
  maxReplicas?: number;
  /** Variables of the container. */
  settings?: Record<string, pulumi.Input<string>>;
  /** Variables of the container that are kept in a Secret. */
  secrets?: Record<string, pulumi.Input<string>>;
}

/** A Deployment with its settings, its Service, and an autoscaler. */
export class Microservice extends pulumi.ComponentResource {
  readonly deployment: k8s.apps.v1.Deployment;
  readonly service: k8s.core.v1.Service;
  /** Where the service is found within the cluster. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: MicroserviceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('app:index:Microservice', name, {}, opts);
    const child = { parent: this };
    // Another project or stack may have a service of that name in the same namespace.
    const labels = {
      'app.kubernetes.io/name': name,
      'app.kubernetes.io/instance': pulumi.getStack(),
      'app.kubernetes.io/part-of': pulumi.getProject(),
    };
    const metadata = { labels };

    const settings = new k8s.core.v1.ConfigMap(name, { metadata, data: args.settings ?? {} }, child);
    const envFrom: k8s.types.input.core.v1.EnvFromSource[] = [{ configMapRef: { name: settings.metadata.name } }];
    if (args.secrets !== undefined) {
      const secret = new k8s.core.v1.Secret(name, { metadata, stringData: args.secrets }, child);
      envFrom.push({ secretRef: { name: secret.metadata.name } });
    }

    this.deployment = new k8s.apps.v1.Deployment(
      name,
      {
        metadata,
        spec: {
          // The number of replicas is the autoscaler's.
          selector: { matchLabels: labels },
          template: {
            metadata,
            spec: {
              containers: [
                {
                  name: 'service',
                  image: args.image,
                  ports: [{ name: 'http', containerPort: args.port }],
                  envFrom,
                  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '256Mi' } },
                  readinessProbe: { tcpSocket: { port: 'http' } },
                },
              ],
            },
          },
        },
      },
      child,
    );

    this.service = new k8s.core.v1.Service(
      name,
      { metadata, spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] } },
      child,
    );

    new k8s.autoscaling.v2.HorizontalPodAutoscaler(
      name,
      {
        metadata,
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: this.deployment.metadata.name },
          minReplicas: args.minReplicas ?? 2,
          maxReplicas: args.maxReplicas ?? 5,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
          ],
        },
      },
      child,
    );

    const { metadata: made } = this.service;
    this.url = pulumi.interpolate`http://${made.name}.${made.namespace}.svc`;
    this.registerOutputs({ url: this.url });
  }
}

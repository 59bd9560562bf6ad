import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

const config = new pulumi.Config();
const labels = { app: '${PROJECT}' };

const deployment = new k8s.apps.v1.Deployment('web', {
  metadata: { labels },
  spec: {
    replicas: config.getNumber('replicas') ?? 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'web', image: 'nginx:1.29', ports: [{ containerPort: 80 }] }] },
    },
  },
});

const service = new k8s.core.v1.Service('web', {
  metadata: { labels },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 80 }] },
});

export const deploymentName = deployment.metadata.name;
export const serviceName = service.metadata.name;

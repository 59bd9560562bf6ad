// Day service: ConfigMap, Deployment, Service, HorizontalPodAutoscaler and Ingress, in one program of their own.
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

const config = new pulumi.Config();
const appName = 'day-service';
const namespace = config.get('namespace') || 'production';
const imageTag = config.get('image_tag') || 'latest';
const replicas = config.getNumber('replicas') || 3;
const minReplicas = config.getNumber('min_replicas') || 2;
const maxReplicas = config.getNumber('max_replicas') || 10;

// The cluster belongs to the platform team's stack; this one only reads what it exports.
const infrastructure = new pulumi.StackReference('organization/infrastructure/production');
const clusterName = infrastructure.getOutput('cluster_name');

const labels = { app: appName, 'managed-by': 'pulumi', team: 'day-team' };

const configMap = new k8s.core.v1.ConfigMap(`${appName}-config`, {
  metadata: { name: `${appName}-config`, namespace, labels },
  data: {
    LOG_LEVEL: config.get('log_level') || 'INFO',
    DATABASE_HOST: config.get('database_host') || 'postgres.production.svc',
    CACHE_TTL: config.get('cache_ttl') || '300',
    FEATURE_FLAG_NEW_UI: config.get('feature_new_ui') || 'true',
  },
});

const deployment = new k8s.apps.v1.Deployment(appName, {
  metadata: { name: appName, namespace, labels },
  spec: {
    replicas,
    selector: { matchLabels: { app: appName } },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            name: appName,
            image: `your-registry/${appName}:${imageTag}`,
            ports: [{ containerPort: 8080, name: 'http' }],
            envFrom: [{ configMapRef: { name: configMap.metadata.name } }],
            resources: {
              requests: { cpu: '100m', memory: '128Mi' },
              limits: { cpu: '500m', memory: '512Mi' },
            },
            livenessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 30, periodSeconds: 10 },
            readinessProbe: { httpGet: { path: '/ready', port: 8080 }, initialDelaySeconds: 5, periodSeconds: 5 },
          },
        ],
      },
    },
  },
});

const service = new k8s.core.v1.Service(appName, {
  metadata: { name: appName, namespace, labels },
  spec: {
    type: 'ClusterIP',
    selector: { app: appName },
    ports: [{ port: 80, targetPort: 8080, protocol: 'TCP', name: 'http' }],
  },
});

const hpa = new k8s.autoscaling.v2.HorizontalPodAutoscaler(`${appName}-hpa`, {
  metadata: { name: `${appName}-hpa`, namespace, labels },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: appName },
    minReplicas,
    maxReplicas,
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
    ],
  },
});

const ingress = new k8s.networking.v1.Ingress(appName, {
  metadata: {
    name: appName,
    namespace,
    labels,
    annotations: {
      'alb.ingress.kubernetes.io/scheme': 'internet-facing',
      'alb.ingress.kubernetes.io/target-type': 'ip',
      'alb.ingress.kubernetes.io/healthcheck-path': '/health',
    },
  },
  spec: {
    ingressClassName: 'alb',
    rules: [
      {
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: appName, port: { number: 80 } } } }],
        },
      },
    ],
  },
});

export const cluster_name = clusterName;
export const deployment_name = deployment.metadata.name;
export const service_name = service.metadata.name;
export const hpa_name = hpa.metadata.name;
export const ingress_name = ingress.metadata.name;
export { replicas };

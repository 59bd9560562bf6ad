// The platform team's stack: it says which cluster this is, and makes the namespaces that services live in.
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

const config = new pulumi.Config();

const production = new k8s.core.v1.Namespace('production', {
  metadata: { name: 'production', labels: { 'managed-by': 'pulumi', team: 'platform' } },
});

export const cluster_name = config.get('cluster_name') ?? 'trantor';
export const namespace = production.metadata.name;

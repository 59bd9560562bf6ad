import * as k8s from '@pulumi/kubernetes';
import { PolicyPack, remediateResourceOfType, validateResourceOfType } from '@pulumi/policy';

new PolicyPack('${PROJECT}', {
  policies: [
    {
      name: 'no-public-services',
      description: 'Services are reached from within the cluster only.',
      enforcementLevel: 'mandatory',
      validateResource: validateResourceOfType(k8s.core.v1.Service, ({ spec }, _, reportViolation) => {
        if (spec?.type === 'LoadBalancer') reportViolation('A Service of type LoadBalancer can be reached by anyone.');
      }),
    },
    {
      name: 'pinned-images',
      description: 'Images are pinned to a version.',
      enforcementLevel: 'advisory',
      validateResource: validateResourceOfType(k8s.apps.v1.Deployment, ({ spec }, _, reportViolation) => {
        for (const { image, name } of spec?.template?.spec?.containers ?? []) {
          const isPinned = image !== undefined && /[:@][^/]+$/.test(image) && !image.endsWith(':latest');
          if (!isPinned) reportViolation(`The container "${name}" runs ${image}, which may be another image tomorrow.`);
        }
      }),
    },
    {
      name: 'owner-label',
      description: 'Deployments say who owns them.',
      enforcementLevel: 'remediate',
      configSchema: { properties: { owner: { type: 'string', default: 'nobody' } } },
      remediateResource: remediateResourceOfType(k8s.apps.v1.Deployment, (deployment, args) => {
        const labels = deployment.metadata?.labels ?? {};
        if ('owner' in labels) return;
        const { owner } = args.getConfig<{ owner: string }>();
        return { ...deployment, metadata: { ...deployment.metadata, labels: { ...labels, owner } } };
      }),
    },
  ],
});

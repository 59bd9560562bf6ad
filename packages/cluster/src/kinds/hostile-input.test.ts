import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../api-error.ts';
import type { KubeObject } from '../kube-object.ts';
import type { AdmissionContext } from '../registry/kube-kind.ts';
import { builtinKinds } from './index.ts';

/** Field names that the rules of some kind look at, so that nonsense ends up where it could hurt. */
const fieldNames = [
  'spec',
  'status',
  'data',
  'template',
  'metadata',
  'labels',
  'annotations',
  'selector',
  'matchLabels',
  'matchExpressions',
  'containers',
  'initContainers',
  'volumes',
  'volumeMounts',
  'ports',
  'env',
  'envFrom',
  'resources',
  'requests',
  'limits',
  'cpu',
  'memory',
  'storage',
  'strategy',
  'rollingUpdate',
  'maxSurge',
  'rules',
  'http',
  'paths',
  'backend',
  'service',
  'subsets',
  'addresses',
  'endpoints',
  'metrics',
  'resource',
  'target',
  'behavior',
  'scaleUp',
  'policies',
  'schedule',
  'jobTemplate',
  'affinity',
  'nodeAffinity',
  'podAntiAffinity',
  'tolerations',
  'readinessProbe',
  'httpGet',
  'volumeClaimTemplates',
  'capacity',
  'accessModes',
  'claimRef',
  'hard',
  'scopes',
  'default',
  'max',
  'subjects',
  'roleRef',
  'ingress',
  'egress',
  'from',
  'ipBlock',
  'clusterIP',
  'clusterIPs',
  'type',
  'name',
  'kind',
  'taints',
] as const;

const leaf = fc.oneof(
  fc.constantFrom(null, '', 'x', '1', '100m', -1, 0, 1, 1e9, true, false, 'None', 'NodePort', 'RollingUpdate'),
  fc.string(),
  fc.double(),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...fieldNames), tie('tree'), { maxKeys: 5 }),
  ),
}));
const body = fc.dictionary(fc.constantFrom(...fieldNames), tree, { maxKeys: 6 });

const context: AdmissionContext = { list: () => [], find: () => undefined, nowMs: () => 0 };

test.each(builtinKinds.filter((kind) => kind.storedAs === undefined))('No nonsense upsets $kind', (kind) => {
  fc.assert(
    fc.property(body, body, ({ metadata: _, ...first }, { metadata: __, ...second }) => {
      const make = (fields: object): KubeObject => ({
        ...structuredClone(fields),
        apiVersion: kind.version,
        kind: kind.kind,
        metadata: { name: 'nonsense', ...(kind.isNamespaced ? { namespace: 'default' } : {}) },
      });
      try {
        const object = make(first);
        kind.applyDefaults?.(object);
        kind.prepareCreate?.(object, context);
        expect(Array.isArray(kind.validate?.(object, undefined))).toBe(true);
        const changed = make(second);
        kind.applyDefaults?.(changed);
        kind.prepareUpdate?.(changed, object, context);
        expect(Array.isArray(kind.validate?.(changed, object))).toBe(true);
        for (const column of kind.columns) column.value(changed, 0);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});

import { describe, expect, test } from 'vitest';
import { structNamed } from '../../schema/kube-types.ts';
import { strategicMerge } from './strategic-merge.ts';

const podSpec = structNamed('core.v1.PodSpec');
const deploymentSpec = structNamed('apps.v1.DeploymentSpec');
const configMap = structNamed('core.v1.ConfigMap');
const objectMeta = structNamed('meta.v1.ObjectMeta');

const nginx = { name: 'nginx', image: 'nginx:1.7.9' };
const redis = { name: 'redis', image: 'redis' };

describe('lists', () => {
  test.each([
    {
      name: 'containers are merged by name (docs: patch-demo)',
      live: { containers: [{ name: 'patch-demo-ctr', image: 'nginx' }] },
      patch: { containers: [{ name: 'patch-demo-ctr-2', image: 'redis' }] },
      result: {
        containers: [
          { name: 'patch-demo-ctr', image: 'nginx' },
          { name: 'patch-demo-ctr-2', image: 'redis' },
        ],
      },
    },
    {
      name: 'tolerations are replaced (docs: patch-demo)',
      live: { tolerations: [{ effect: 'NoSchedule', key: 'dedicated', value: 'test-team' }] },
      patch: { tolerations: [{ effect: 'NoSchedule', key: 'disktype', value: 'ssd' }] },
      result: { tolerations: [{ effect: 'NoSchedule', key: 'disktype', value: 'ssd' }] },
    },
    {
      name: 'an item is changed in place',
      live: { containers: [nginx, redis] },
      patch: { containers: [{ name: 'nginx', image: 'nginx:2' }] },
      result: { containers: [{ name: 'nginx', image: 'nginx:2' }, redis] },
    },
    {
      name: '$patch: delete removes the item of that key',
      live: { containers: [nginx, redis] },
      patch: { containers: [{ $patch: 'delete', name: 'nginx' }] },
      result: { containers: [redis] },
    },
    {
      name: '$patch: replace as an item replaces the whole list',
      live: { containers: [nginx, redis] },
      patch: { containers: [{ name: 'log', image: 'log' }, { $patch: 'replace' }] },
      result: { containers: [{ name: 'log', image: 'log' }] },
    },
    {
      name: '$patch: replace in an item replaces that item',
      live: { containers: [{ ...nginx, tty: true }, redis] },
      patch: { containers: [{ name: 'nginx', image: 'nginx:2', $patch: 'replace' }] },
      result: { containers: [{ name: 'nginx', image: 'nginx:2' }, redis] },
    },
    {
      name: 'inner lists are merged by their own key',
      live: { containers: [{ name: 'a', env: [{ name: 'X', value: '1' }] }] },
      patch: { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] },
      result: {
        containers: [
          {
            name: 'a',
            env: [
              { name: 'X', value: '1' },
              { name: 'Y', value: '2' },
            ],
          },
        ],
      },
    },
    {
      name: 'null removes a whole list',
      live: { containers: [nginx], tolerations: [{ key: 'a' }] },
      patch: { tolerations: null },
      result: { containers: [nginx] },
    },
  ])('$name', ({ live, patch, result }) => {
    expect(strategicMerge(live, patch, podSpec)).toEqual(result);
  });

  test('an item without its key is refused', () => {
    expect(() => strategicMerge({ containers: [nginx] }, { containers: [{ image: 'x' }] }, podSpec)).toThrow(
      'does not contain declared merge key: name',
    );
  });

  test('scalars are merged as a set, and taken out by $deleteFromPrimitiveList', () => {
    const live = { finalizers: ['a/a', 'b/b', 'c/c'] };
    const patch = { finalizers: ['d/d', 'a/a'], '$deleteFromPrimitiveList/finalizers': ['b/b'] };
    expect(strategicMerge(live, patch, objectMeta)).toEqual({ finalizers: ['a/a', 'c/c', 'd/d'] });
  });

  test.each([
    { live: ['a', 'b', 'c'], order: ['c', 'b', 'a'], result: ['c', 'b', 'a'] },
    { live: ['a', 'b', 'c'], order: ['c', 'a'], result: ['b', 'c', 'a'] },
    { live: ['a', 'b'], order: ['new', 'a', 'b'], added: 'new', result: ['new', 'a', 'b'] },
  ])('$setElementOrder $order makes $result of $live', ({ live, order, added, result }) => {
    const named = (name: string) => ({ name });
    const patch = {
      '$setElementOrder/containers': order.map(named),
      ...(added !== undefined && { containers: [named(added)] }),
    };
    expect(strategicMerge({ containers: live.map(named) }, patch, podSpec)).toEqual({ containers: result.map(named) });
  });
});

describe('maps', () => {
  test.each([
    {
      name: 'keys are merged',
      live: { data: { a: '1', b: '2' } },
      patch: { data: { b: '3', c: '4' } },
      result: { data: { a: '1', b: '3', c: '4' } },
    },
    {
      name: 'null removes a key',
      live: { data: { a: '1', b: '2' } },
      patch: { data: { a: null } },
      result: { data: { b: '2' } },
    },
    {
      name: '$patch: replace replaces the map',
      live: { data: { a: '1' } },
      patch: { data: { b: '2', $patch: 'replace' } },
      result: { data: { b: '2' } },
    },
    {
      name: '$patch: delete removes the map',
      live: { data: { a: '1' }, immutable: true },
      patch: { data: { $patch: 'delete' } },
      result: { immutable: true },
    },
  ])('$name', ({ live, patch, result }) => {
    expect(strategicMerge(live, patch, configMap)).toEqual(result);
  });

  test('directives are never stored, in new values either', () => {
    const patch = {
      template: { spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a', env: null }] } },
    };
    expect(strategicMerge({}, patch, deploymentSpec)).toEqual({ template: { spec: { containers: [{ name: 'a' }] } } });
  });

  test('$retainKeys drops what a change of kind leaves behind (docs: retainKeys strategy)', () => {
    const live = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } };
    const patch = { strategy: { $retainKeys: ['type'], type: 'Recreate' } };
    expect(strategicMerge(live, patch, deploymentSpec)).toEqual({ strategy: { type: 'Recreate' } });
  });

  test('$retainKeys works in the items of a list', () => {
    const live = { volumes: [{ name: 'v', emptyDir: {} }] };
    const patch = { volumes: [{ $retainKeys: ['name', 'hostPath'], name: 'v', hostPath: { path: '/x' } }] };
    expect(strategicMerge(live, patch, podSpec)).toEqual({ volumes: [{ name: 'v', hostPath: { path: '/x' } }] });
  });

  test('an unknown $patch is refused', () => {
    expect(() => strategicMerge({}, { data: { $patch: 'explode' } }, configMap)).toThrow(
      'Unknown patch type found: explode',
    );
  });
});

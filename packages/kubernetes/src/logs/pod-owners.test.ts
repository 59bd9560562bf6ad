import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Urn } from '@radiant/model';
import { afterEach, expect, it } from 'vitest';
import { ApiConnection } from '../client/api-connection.ts';
import { Discovery } from '../client/discovery.ts';
import { KubeClient } from '../client/kube-client.ts';
import type { KubeObject } from '../json.ts';
import { kubeKind } from '../kinds/resource-kind.ts';
import { realClock } from '../testing/real-clock.ts';
import { PodOwners } from './pod-owners.ts';

let server: Server | undefined;
let client: KubeClient | undefined;

afterEach(async () => {
  await client?.connection.close();
  server?.closeAllConnections();
  server?.close();
});

const signal = new AbortController().signal;
const urn = 'urn:pulumi:dev::shop::kubernetes:argoproj.io/v1:Rollout::web' as Urn;
const rollout = { urn, kind: kubeKind('argoproj.io/v1', 'Rollout'), namespace: 'shop', name: 'web' };
const owner = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, name, uid: `uid of ${name}` });

function object(name: string, ...ownerReferences: readonly KubeObject[]): KubeObject {
  return { metadata: { name, namespace: 'shop', ownerReferences: [...ownerReferences] } };
}

/** Serves objects by their paths; `asked` holds the paths that were asked for. */
async function owners(objects: { readonly [path: string]: KubeObject | 403 }) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(request.url!);
    const found = objects[request.url!];
    const code = found === undefined ? 404 : found === 403 ? 403 : 200;
    response.statusCode = code;
    response.end(JSON.stringify(code === 200 ? found : { kind: 'Status', code, message: 'you may not' }));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = () => Promise.resolve({ headers: {} });
  client = new KubeClient(new ApiConnection({ url, isInsecure: false, env: {}, credentials }), realClock);
  return { owners: new PodOwners({ client, discovery: new Discovery(client) }, [rollout]), asked };
}

const sets = '/apis/apps/v1/namespaces/shop/replicasets';

it('goes from owner to owner, over kinds that an operator makes and in whatever version they are named', async () => {
  const { owners: found, asked } = await owners({
    [`${sets}/web-1`]: object('web-1', owner('argoproj.io/v1alpha1', 'Rollout', 'web')),
  });
  const pods = ['a', 'b'].map((name) => object(name, owner('apps/v1', 'ReplicaSet', 'web-1')));
  expect(await Promise.all(pods.map((pod) => found.urnOf(pod, signal)))).toEqual([urn, urn]);
  expect(asked).toEqual([`${sets}/web-1`]);
});

it('knows no pod of others: of another owner, of none, of one that is gone, or of owners in a circle', async () => {
  const { owners: found } = await owners({
    [`${sets}/other`]: object('other', owner('apps/v1', 'Deployment', 'other')),
    '/apis/apps/v1/namespaces/shop/deployments/other': object('other'),
    [`${sets}/one`]: object('one', owner('apps/v1', 'ReplicaSet', 'two')),
    [`${sets}/two`]: object('two', owner('apps/v1', 'ReplicaSet', 'one')),
  });
  for (const name of ['other', 'gone', 'one'])
    expect(await found.urnOf(object('pod', owner('apps/v1', 'ReplicaSet', name)), signal)).toBeUndefined();
  expect(await found.urnOf(object('web'), signal)).toBeUndefined();
  const elsewhere = { metadata: { ...(object('pod').metadata as object), namespace: 'other' } };
  expect(await found.urnOf(elsewhere, signal)).toBeUndefined();
});

it('says so when it may not see an owner', async () => {
  const { owners: found } = await owners({ [`${sets}/web-1`]: 403 });
  const pod = object('a', owner('apps/v1', 'ReplicaSet', 'web-1'));
  await expect(found.urnOf(pod, signal)).rejects.toThrow('you may not');
});

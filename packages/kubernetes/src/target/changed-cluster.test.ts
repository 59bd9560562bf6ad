import type { ConfigureRequest, OperationError, Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { refuseChangedCluster } from './changed-cluster.ts';
import type { ClusterIdentity } from './identity.ts';

const urn = 'urn:pulumi:dev::p::pulumi:providers:kubernetes::default_4_34_2' as Urn;
const request: ConfigureRequest = { urn, id: 'x', inputs: {} };
const embedded: ClusterIdentity = {
  uid: '1',
  server: 'https://127.0.0.1:1',
  context: 'embedded',
  source: 'embedded-default',
};
const trantor: ClusterIdentity = { uid: '2', server: 'https://trantor:6443', context: 'trantor', source: 'kubeconfig' };
const foreignEmbedded: ClusterIdentity = { ...embedded, uid: '3', server: 'https://127.0.0.1:3', source: 'kubeconfig' };

function remedy(recorded: ClusterIdentity, now: ClusterIdentity): readonly string[] {
  try {
    refuseChangedCluster(request, recorded, now, 'another');
  } catch (error) {
    return (error as OperationError).remedy!.split('\n');
  }
  return [];
}

test('the same cluster under another name or address is no change', () => {
  expect(remedy(trantor, { ...trantor, server: 'https://moved', context: 'renamed' })).toEqual([]);
});

test('each cluster has the line that chooses it', () => {
  const [stay, move] = remedy(embedded, trantor);
  expect(stay).toContain('radiant config set kubernetes:context embedded');
  expect(move).toContain('radiant config set kubernetes:context trantor');
});

test("the context of another home's embedded cluster is not offered by its name, which is reserved", () => {
  const [stay, move] = remedy(embedded, foreignEmbedded);
  expect(stay).toContain('radiant config set kubernetes:context embedded');
  expect(move).toContain('radiant config set kubernetes:kubeconfig FILE');
  expect(remedy(foreignEmbedded, embedded)[0]).toContain('set KUBECONFIG to a file');
});

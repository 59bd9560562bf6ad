import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Cluster, createCluster } from '@radiant/cluster';
import { afterAll, beforeAll } from 'vitest';
import { ApiConnection } from '../client/api-connection.ts';
import { KubeClient } from '../client/kube-client.ts';
import type { JsonMap } from '../json.ts';
import { builtinRoute } from '../kinds/builtin-kinds.ts';
import { kubeKind } from '../kinds/resource-kind.ts';
import { credentialSource, dataOrFile } from '../target/credentials.ts';
import { selectTarget } from '../target/select-target.ts';
import { realClock } from '../testing/real-clock.ts';
import { TestStack } from '../testing/test-stack.ts';

/** The API server under the conformance suite, and a second client at its side that plays the other people. */
export interface ConformanceCluster {
  readonly kubeconfig: string;
  /** True for the embedded cluster, whose pods run and fail as told. */
  readonly isEmbedded: boolean;
  readonly client: KubeClient;
  /** A namespace of this file's own. */
  readonly namespace: string;
  stack(): Promise<TestStack>;
  /** Writes as somebody else. */
  applyAs(manager: string, object: JsonMap, isForced?: boolean): Promise<JsonMap>;
  get(apiVersion: string, kind: string, name: string): Promise<JsonMap | undefined>;
  request(
    method: 'GET' | 'PATCH' | 'POST' | 'DELETE' | 'PUT',
    path: string,
    body?: JsonMap,
    contentType?: string,
  ): Promise<number>;
}

/**
 * The suite runs against the embedded cluster, or against any API server: RADIANT_TEST_KUBECONFIG names the kubeconfig
 * whose current context it may use.
 */
export function useConformanceCluster(): ConformanceCluster {
  const state: { kubeconfig: string; client?: KubeClient; embedded?: Cluster } = { kubeconfig: '' };
  const namespace = `conformance-${randomBytes(4).toString('hex')}`;
  const given = process.env.RADIANT_TEST_KUBECONFIG ?? '';
  const route = (apiVersion: string, kind: string) => builtinRoute(kubeKind(apiVersion, kind))!;
  const self: ConformanceCluster = {
    get kubeconfig() {
      return state.kubeconfig;
    },
    get client() {
      return state.client!;
    },
    isEmbedded: given === '',
    namespace,
    stack: () => TestStack.open({ kubeconfig: state.kubeconfig, namespace }),
    async applyAs(manager, object, isForced = true) {
      const kind = route(String(object.apiVersion), String(object.kind));
      const place = kind.isNamespaced ? namespace : undefined;
      const options = { fieldManager: manager, isForced, isDryRun: false };
      return (await state.client!.apply(kind, place, object, options)).object;
    },
    get: (apiVersion, kind, name) => {
      const asked = route(apiVersion, kind);
      return state.client!.get(asked, asked.isNamespaced ? namespace : undefined, name);
    },
    async request(method, path, body, contentType = 'application/json') {
      const { status } = await state.client!.connection.send({
        method,
        path,
        contentType,
        ...(body && { body: JSON.stringify(body) }),
      });
      return status;
    },
  };
  beforeAll(async () => {
    if (given === '') {
      state.embedded = createCluster();
      state.kubeconfig = (await state.embedded.listen()).kubeconfig;
    } else state.kubeconfig = readFileSync(given, 'utf8');
    state.client = await connect(state.kubeconfig);
    await self.applyAs('conformance', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterAll(async () => {
    await state.client?.delete(route('v1', 'Namespace'), undefined, namespace, { propagationPolicy: 'Background' });
    await state.client?.connection.close();
    await state.embedded?.close();
  });
  return self;
}

async function connect(kubeconfig: string): Promise<KubeClient> {
  const target = await selectTarget({ kubeconfig, context: '', cluster: '', env: {}, homeDir: '/nonexistent' });
  if (target.kind !== 'cluster') throw new Error('the kubeconfig leads to no cluster');
  const caPem = dataOrFile(target.cluster, 'certificate-authority');
  const address = {
    url: String(target.cluster.server),
    isInsecure: false,
    env: {},
    credentials: credentialSource(target, Date.now),
    ...(caPem !== undefined && { caPem }),
  };
  return new KubeClient(new ApiConnection(address), realClock);
}

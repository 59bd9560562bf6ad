import { randomUUID } from 'node:crypto';
import { type Clock, realClock } from './clock.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { ControllerProblem } from './controllers/controller.ts';
import { startControllers } from './controllers/index.ts';
import { type ClusterIdentity, createIdentity } from './process/identity.ts';
import { kubeconfigText } from './process/kubeconfig.ts';
import { bootstrap, defaultNodes, type NodeSpec } from './registry/bootstrap.ts';
import { createClusterClient } from './registry/cluster-client.ts';
import type { RegistryContext } from './registry/context.ts';
import { serveDefinitions } from './registry/custom-resources/definitions.ts';
import { createKindTable } from './registry/kind-table.ts';
import { type Listener, listenHttps } from './server/https-listener.ts';
import { createRouter, type Handler } from './server/router.ts';
import { kubeletVersion } from './server/version.ts';
import { ObjectStore } from './storage/object-store.ts';

export interface ClusterOptions {
  /** Real time unless told otherwise. */
  readonly clock?: Clock;
  /** For generated names and UIDs; in [0, 1). Seeded in tests. */
  readonly random?: () => number;
  /** Where objects live; in memory unless told otherwise. The cluster closes it. */
  readonly store?: ObjectStore;
  /** false: an API server alone, in which nothing happens by itself. */
  readonly controllers?: boolean;
  /** Made when the store has none. Three of them unless told otherwise. */
  readonly nodes?: readonly NodeSpec[];
  /** Certificates, token and UID of kube-system. Made when first needed unless given. */
  readonly identity?: ClusterIdentity;
  /** Faults thrown by controllers. Unless told otherwise they become process warnings: one fault must not end the cluster. */
  readonly onControllerError?: (error: unknown) => void;
  /** What a controller could not do and will try again. Unless told otherwise nobody hears of it. */
  readonly report?: (problem: ControllerProblem) => void;
}

export interface Cluster {
  /** The API server in memory, as controllers use it. */
  readonly client: ClusterClient;
  /** The API server as over HTTP, without authentication. */
  readonly handle: Handler;
  /** Serves it over HTTPS on loopback. */
  listen(options?: ListenOptions): Promise<ListeningCluster>;
  /** Stops controllers and listeners, and makes durable what was written. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0, any free port, unless told otherwise. */
  readonly port?: number;
  /** Answers in place of `Cluster.handle`. */
  readonly handle?: Handler;
}

export interface ListeningCluster {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  readonly token: string;
  readonly caPem: string;
  /** YAML. */
  readonly kubeconfig: string;
  readonly listener: Listener;
}

/** A Kubernetes control plane in this process: API server, controllers and simulated nodes. */
export function createCluster(options: ClusterOptions = {}): Cluster {
  const store = options.store ?? new ObjectStore(undefined, options.onControllerError);
  const random = options.random ?? Math.random;
  const clock = options.clock ?? realClock;
  const registry: RegistryContext = {
    store,
    table: createKindTable(),
    clock,
    random,
    newUid: options.random === undefined ? randomUUID : () => uuidFrom(random),
  };
  bootstrap(registry, {
    nodes: options.nodes ?? defaultNodes,
    kubeletVersion,
    ...(options.identity !== undefined && { kubeSystemUid: options.identity.kubeSystemUid }),
  });
  const stopDefinitions = serveDefinitions(registry);
  const client = createClusterClient(registry, 'kube-controller-manager');
  const stopControllers =
    options.controllers === false
      ? () => {}
      : startControllers({
          client,
          clock,
          random,
          ...(options.identity !== undefined && { caCertificate: options.identity.caPem }),
          ...(options.report !== undefined && { report: options.report }),
        });
  const handle = createRouter({ registry, durable: () => store.flushed() });
  const listeners: Listener[] = [];
  let identity: ClusterIdentity | Promise<ClusterIdentity> | undefined;

  return {
    client,
    handle,
    async listen({ port = 0, handle: answer = handle } = {}) {
      identity ??= options.identity ?? createIdentity();
      const { certificatePem, keyPem, token, caPem } = await identity;
      const listener = await listenHttps({ port, certificatePem, keyPem, token, handle: answer });
      listeners.push(listener);
      return {
        url: `https://127.0.0.1:${listener.port}`,
        token,
        caPem,
        kubeconfig: kubeconfigText({ port: listener.port, caPem, token }),
        listener,
      };
    },
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
      stopControllers();
      stopDefinitions();
      store.close();
    },
  };
}

/** A version 4 UUID from any source of random numbers. */
function uuidFrom(random: () => number): ReturnType<typeof randomUUID> {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16));
  digits[12] = 4;
  digits[16] = 8 + (digits[16]! % 4);
  const text = digits.map((digit) => digit.toString(16)).join('');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

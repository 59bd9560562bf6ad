import { type Clock, OperationError } from '@radiant/model';
import {
  ApiConnection,
  type ConnectionLimits,
  defaultLimits,
  NoAnswerError,
  type ServerAddress,
} from './client/api-connection.ts';
import { KubeApiError } from './client/api-error.ts';
import { Discovery } from './client/discovery.ts';
import { Informers } from './client/informer.ts';
import { KubeClient } from './client/kube-client.ts';
import { ObjectLists } from './client/object-lists.ts';
import { textAt } from './json.ts';
import type { Environment } from './provider-options.ts';
import { credentialSource, dataOrFile } from './target/credentials.ts';
import { type ClusterIdentity, readClusterUid } from './target/identity.ts';
import { type ClusterTarget, embeddedContext, type Target } from './target/target.ts';

/** The embedded cluster, as its owner offers it. */
export interface EmbeddedCluster {
  /** Starts it when it does not run. */
  ensureRunning(): Promise<{ readonly server: string; readonly caPem: string; readonly token: string }>;
}

/** Everything that is asked of one cluster in one operation. */
export interface Cluster {
  readonly client: KubeClient;
  readonly discovery: Discovery;
  readonly lists: ObjectLists;
  readonly informers: Informers;
  readonly clock: Clock;
}

export interface SessionPorts {
  readonly env: Environment;
  readonly clock: Clock;
  readonly embedded: EmbeddedCluster;
  readonly answerTimeoutSeconds: number | undefined;
}

export type Reach =
  | { readonly kind: 'reachable'; readonly cluster: Cluster; readonly identity: ClusterIdentity }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** A new try at a cluster that did not answer is made at most this often. */
const retryAfterMs = 3_000;

/** A provider's way to its cluster. `close` ends its connections and watches. */
export class ClusterSession {
  readonly target: Target;
  readonly #ports: SessionPorts;
  #reach: Promise<Reach> | undefined;
  #reachedAtMs = 0;
  #server = '';
  #cluster: Cluster | undefined;
  #verify: ((identity: ClusterIdentity) => void) | undefined;
  #isUnreachableSaid = false;
  #reviving: Promise<void> | undefined;

  constructor(target: Target, ports: SessionPorts) {
    this.target = target;
    this.#ports = ports;
  }

  /** Learns whether the cluster answers and who it is. Asks again when it did not answer some time ago. */
  async reach(): Promise<Reach> {
    if (this.#reach === undefined) return this.#startProbe();
    const known = await this.#reach;
    const isStale = known.kind === 'unreachable' && this.#ports.clock.nowMs() - this.#reachedAtMs > retryAfterMs;
    return isStale ? this.#startProbe() : this.#reach;
  }

  #startProbe(): Promise<Reach> {
    this.#reachedAtMs = this.#ports.clock.nowMs();
    this.#reach = this.#probe();
    return this.#reach;
  }

  /** The cluster, or an OperationError that says why there is none and how to look into it. */
  async require(): Promise<Cluster> {
    const reach = await this.reach();
    if (reach.kind === 'reachable') return reach.cluster;
    throw new OperationError({
      code: 'KUBERNETES_UNREACHABLE',
      summary: `${this.words()} is unreachable: ${reach.reason}`,
      remedy: this.#howToCheck(),
    });
  }

  /** Which cluster, in words: `cluster trantor (context "trantor", https://…)`. */
  words(): string {
    const { target } = this;
    if (target.kind === 'embedded')
      return this.#server === '' ? 'the embedded cluster' : `the embedded cluster (${this.#server})`;
    if (target.kind === 'unusable')
      return target.context === '' ? 'the chosen cluster' : `the cluster of context "${target.context}"`;
    const server = textAt(target.cluster, 'server');
    if (target.source === 'in-cluster') return `the cluster this runs in (${server})`;
    const context = target.context === '' ? '' : `context "${target.context}", `;
    return `cluster ${target.clusterName} (${context}${server})`;
  }

  /** The namespace that the chosen context prefers; empty when it does not say. */
  contextNamespace(): string {
    return this.target.kind === 'cluster' ? this.target.namespace : '';
  }

  async close(): Promise<void> {
    this.#cluster?.informers.close();
    await this.#cluster?.client.connection.close();
  }

  /** A cluster that answers only later is used only if `verify` does not throw. */
  verifyLater(verify: (identity: ClusterIdentity) => void): void {
    this.#verify = verify;
  }

  /** Says once, however many resources it concerns, that nothing could be verified. */
  warnUnverified(reason: string, warn: (message: string) => void): void {
    if (!this.#isUnreachableSaid) warn(`not verified: ${this.words()} is unreachable: ${reason}`);
    this.#isUnreachableSaid = true;
  }

  async #probe(): Promise<Reach> {
    const { target } = this;
    if (target.kind === 'unusable') return { kind: 'unreachable', reason: target.reason };
    try {
      this.#cluster ??= await this.#connect(target);
      const uid = await readClusterUid(this.#cluster.client);
      const context = target.kind === 'embedded' ? embeddedContext : target.context;
      const identity = { uid, server: this.#server, context, source: target.source };
      this.#verify?.(identity);
      return { kind: 'reachable', cluster: this.#cluster, identity };
    } catch (error) {
      return { kind: 'unreachable', reason: unreachableReason(error) };
    }
  }

  async #connect(target: Exclude<Target, { kind: 'unusable' }>): Promise<Cluster> {
    const address = target.kind === 'embedded' ? await this.#embeddedAddress() : this.#clusterAddress(target);
    this.#server = address.url;
    const { clock, answerTimeoutSeconds } = this.#ports;
    const limits: ConnectionLimits =
      answerTimeoutSeconds === undefined
        ? defaultLimits
        : { ...defaultLimits, answerTimeoutMs: answerTimeoutSeconds * 1000 };
    const client = new KubeClient(new ApiConnection(address, limits), clock);
    return {
      client,
      clock,
      discovery: new Discovery(client),
      lists: new ObjectLists(client, clock),
      informers: new Informers(client, clock, target.kind === 'embedded' ? () => this.#revive() : undefined),
    };
  }

  /** The embedded cluster comes back at the same address, with the same token and what was written. */
  #revive(): void {
    this.#reviving ??= this.#ports.embedded
      .ensureRunning()
      .then(() => undefined)
      .catch(() => undefined)
      .finally(() => {
        this.#reviving = undefined;
      });
  }

  async #embeddedAddress(): Promise<ServerAddress> {
    const { server, caPem, token } = await this.#ports.embedded.ensureRunning();
    const headers = { authorization: `Bearer ${token}` };
    return { url: server, caPem, isInsecure: false, env: {}, credentials: () => Promise.resolve({ headers }) };
  }

  #clusterAddress(target: ClusterTarget): ServerAddress {
    const { cluster } = target;
    const caPem = dataOrFile(cluster, 'certificate-authority');
    const serverName = textAt(cluster, 'tls-server-name');
    const proxyUrl = textAt(cluster, 'proxy-url');
    return {
      url: textAt(cluster, 'server'),
      isInsecure: cluster['insecure-skip-tls-verify'] === true,
      env: this.#ports.env,
      credentials: credentialSource(target, () => this.#ports.clock.nowMs()),
      ...(caPem === undefined ? {} : { caPem }),
      ...(serverName === '' ? {} : { serverName }),
      ...(proxyUrl === '' ? {} : { proxyUrl }),
    };
  }

  #howToCheck(): string {
    const { target } = this;
    if (target.kind === 'embedded') return 'check it with: radiant cluster status';
    if (target.kind === 'unusable') return 'choose another with: radiant config set kubernetes:context NAME';
    const context = target.context === '' ? '' : ` --context ${target.context}`;
    return `check it with: kubectl${context} get --raw /readyz`;
  }
}

function unreachableReason(error: unknown): string {
  if (error instanceof KubeApiError && error.code === 401)
    return 'the API server refuses the credentials (401 Unauthorized)';
  if (error instanceof NoAnswerError || error instanceof KubeApiError) return error.message;
  if (error instanceof OperationError) return error.summary;
  const code = (error as NodeJS.ErrnoException).code;
  const path = (error as NodeJS.ErrnoException).path;
  if (code === 'ENOENT' && path !== undefined) return `${path} does not exist`;
  return error instanceof Error ? (error.message.split('\n')[0] ?? 'no reason given') : String(error);
}

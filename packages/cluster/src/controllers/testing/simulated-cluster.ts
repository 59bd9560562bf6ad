import { expect } from 'vitest';
import { ApiError } from '../../api-error.ts';
import { type Cluster, createCluster } from '../../cluster.ts';
import type { ClusterClient } from '../../cluster-client.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { NodeSpec } from '../../registry/bootstrap.ts';
import type { ControllerProblem } from '../controller.ts';
import { startControllers } from '../index.ts';
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts';

export interface SimulatedCluster {
  readonly clock: SimulatedClock;
  readonly client: ClusterClient;
  readonly cluster: Cluster;
  /** Lets time pass and everything that falls due happen. */
  pass(duration: string): void;
  get(kind: string, name: string, namespace?: string): KubeObject;
  find(kind: string, name: string, namespace?: string): KubeObject | undefined;
  list(kind: string, namespace?: string): readonly KubeObject[];
  /** Changes an object in place and writes it. */
  change(kind: string, name: string, edit: (object: KubeObject) => void): KubeObject;
  /** `Type Reason Message` of the events about the object of that name. */
  events(name: string): string[];
}

/** The whole control plane in memory, in time that passes only when told to, with the same names every time. */
export function simulatedCluster(options: { nodes?: readonly NodeSpec[] } = {}): SimulatedCluster {
  const clock = createSimulatedClock();
  const random = seededRandom(42);
  const onControllerError = (error: unknown) => {
    throw error;
  };
  const cluster = createCluster({ clock, random, ...options, controllers: false, onControllerError });
  const { client } = cluster;
  // A refusal of the API server is part of the game; anything else is a fault of the controller.
  const report = ({ controller, key, error }: ControllerProblem) => {
    if (!(error instanceof ApiError)) throw new Error(`${controller} failed at ${key}`, { cause: error });
  };
  startControllers({ client, clock, random, report });
  const find = (kind: string, name: string, namespace = 'default') => {
    return client.get(kind, clusterScoped.has(kind) ? undefined : namespace, name);
  };
  const get = (kind: string, name: string, namespace = 'default') => {
    const object = find(kind, name, namespace);
    expect(object, `${kind} ${name}`).toBeDefined();
    return object!;
  };
  const pass = (duration: string) => clock.advance(toMs(duration));
  pass('10ms');
  return {
    clock,
    client,
    cluster,
    pass,
    find,
    get,
    list: (kind, namespace = 'default') => client.list(kind, clusterScoped.has(kind) ? {} : { namespace }),
    change: (kind, name, edit) => {
      const object = structuredClone(get(kind, name));
      edit(object);
      return client.update(object);
    },
    events: (name) =>
      client
        .list('Event')
        .filter((event) => event.involvedObject.name === name)
        .map((event) => `${event.type} ${event.reason} ${event.message}`),
  };
}

const clusterScoped = new Set([
  'Namespace',
  'Node',
  'IngressClass.networking.k8s.io',
  'PersistentVolume',
  'StorageClass.storage.k8s.io',
  'PriorityClass.scheduling.k8s.io',
  'ClusterRole.rbac.authorization.k8s.io',
]);

const unitMs: Record<string, number> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

function toMs(duration: string): number {
  const match = /^(\d+)(ms|s|min|h)$/.exec(duration);
  if (match === null) throw new Error(`no duration: ${duration}`);
  return Number(match[1]) * unitMs[match[2]!]!;
}

/** Mulberry32: small, and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

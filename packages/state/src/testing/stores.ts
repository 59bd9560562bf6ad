import { randomUUID } from 'node:crypto';
import { createPostgresStore } from '../store/postgres/postgres-store.ts';
import { createS3Store } from '../store/s3/s3-store.ts';
import type { Store } from '../store/store.ts';
import type { FaultPlan } from './servers/fault-plan.ts';
import { startFaultyHttp } from './servers/faulty-http.ts';
import { startFaultyPostgres } from './servers/faulty-postgres.ts';
import { noPostgres, startPostgres } from './servers/postgres-server.ts';
import { noS3Server, startS3Server, testCredentials } from './servers/s3-server.ts';

/** A store of one test, behind a network. */
export interface RemoteStore {
  /** For other processes; credentials are in their environment. */
  readonly url: string;
  /** Another handle, as another process would have. */
  readonly open: () => Store;
  /** A handle whose requests meet what the plan says. `patient` tries again what fails. */
  readonly openFaulty: (
    plan: FaultPlan,
    manner: 'patient' | 'hasty',
  ) => Promise<{ store: Store; stop: () => Promise<void> }>;
}

export interface StoreKind<S> {
  readonly name: string;
  /** Why this machine cannot have such a store. */
  readonly whyNot: string | undefined;
  readonly start: () => Promise<RunningKind<S>>;
}

export interface RunningKind<S> {
  /** Gives a test a store of its own. */
  readonly fresh: () => S;
  readonly stop: () => Promise<void>;
}

export type RemoteKind = StoreKind<RemoteStore>;

export const remoteKinds: readonly RemoteKind[] = [
  { name: 'S3', whyNot: noS3Server, start: startS3 },
  { name: 'PostgreSQL', whyNot: noPostgres, start: startDatabase },
];

async function startS3() {
  const server = await startS3Server();
  const bucket = new URL(await server.newBucket()).host;
  const urlAt = (endpoint: string, prefix: string) =>
    `s3://${bucket}/${prefix}?region=us-east-1&endpoint=${endpoint}&s3ForcePathStyle=true`;
  const fresh = (): RemoteStore => {
    const prefix = randomUUID();
    return {
      url: urlAt(server.endpoint, prefix),
      open: () => createS3Store(urlAt(server.endpoint, prefix), { credentials: testCredentials }),
      openFaulty: async (plan, manner) => {
        const { address, stop } = await startFaultyHttp(server.endpoint, plan);
        const maxAttempts = manner === 'patient' ? 4 : 1;
        return { store: createS3Store(urlAt(address, prefix), { credentials: testCredentials, maxAttempts }), stop };
      },
    };
  };
  return { fresh, stop: server.stop };
}

async function startDatabase() {
  const server = await startPostgres();
  const fresh = (): RemoteStore => {
    const url = server.newTables('&sslmode=disable');
    return {
      url,
      open: () => createPostgresStore(url),
      openFaulty: async (plan, manner) => {
        const { address, stop } = await startFaultyPostgres(server.folder, plan);
        const retryDelaysMs = manner === 'patient' ? [1, 10, 100] : [];
        return { store: createPostgresStore(url.replace(server.folder, address), { retryDelaysMs }), stop };
      },
    };
  };
  return { fresh, stop: server.stop };
}

import { randomUUID } from 'node:crypto';
import { type Backend, type BackendOptions, openBackend } from '../../../packages/state/src/backend/backend.ts';
import { createFileStore } from '../../../packages/state/src/store/file-store.ts';
import { type Fault, MemoryDisk } from '../../../packages/state/src/testing/memory-file-system.ts';
import { type NetworkFault, planFault } from '../../../packages/state/src/testing/servers/fault-plan.ts';
import { type RemoteKind, remoteKinds, type StoreKind } from '../../../packages/state/src/testing/stores.ts';

/** What befalls the process that uses a store, at one of its requests or changes of the disk, and from then on. */
export interface StoreFault {
  readonly name: string;
  /** The process ends there. */
  readonly isDeath: boolean;
}

export interface FaultyBackend {
  readonly backend: Backend;
  /** Whether the fault has come. */
  readonly hasFired: () => boolean;
  readonly close: () => Promise<void>;
}

/** A store of one test. */
export interface FaultyStore {
  open(options: BackendOptions): Backend;
  /** A handle that meets the fault at its request or change `index`, from 0. */
  openFaulty(options: BackendOptions, fault: StoreFault, index: number): Promise<FaultyBackend>;
}

export interface FaultyStoreKind extends StoreKind<FaultyStore> {
  readonly faults: readonly StoreFault[];
}

const diskFaults: { readonly [name: string]: (isFirst: boolean, operation: string) => Fault | undefined } = {
  'the process is killed before': (isFirst) => (isFirst ? { kind: 'crash', moment: 'before' } : undefined),
  'the process is killed in the middle of': (isFirst) => (isFirst ? { kind: 'crash', moment: 'middle' } : undefined),
  'the process is killed after': (isFirst) => (isFirst ? { kind: 'crash', moment: 'after' } : undefined),
  'an error of the disk meets': (isFirst) => (isFirst ? { kind: 'error', code: 'EIO', moment: 'before' } : undefined),
  'the disk is full from': (_isFirst, operation) =>
    /^(write|create|copy|mkdir|link)/.test(operation) ? { kind: 'error', code: 'ENOSPC', moment: 'before' } : undefined,
  'permission is denied from': () => ({ kind: 'error', code: 'EACCES', moment: 'before' }),
};

const files: FaultyStoreKind = {
  name: 'files',
  whyNot: undefined,
  faults: Object.keys(diskFaults).map((name) => ({ name, isDeath: name.startsWith('the process') })),
  start: async () => ({
    fresh: () => {
      const disk = new MemoryDisk();
      const folder = `/store-${randomUUID()}`;
      return {
        open: (options) => openBackend(createFileStore(folder, disk.mount()), options),
        openFaulty: async (options, { name }, index) => {
          let count = 0;
          const mount = disk.mount((operation) => {
            count += 1;
            return count > index ? diskFaults[name]!(count === index + 1, operation) : undefined;
          });
          return {
            backend: openBackend(createFileStore(folder, mount), options),
            hasFired: () => count > index,
            close: async () => undefined,
          };
        },
      };
    },
    stop: async () => undefined,
  }),
};

interface NetworkMisfortune {
  readonly fault: NetworkFault;
  readonly afterwards: 'well' | 'gone' | 'same';
  readonly isDeath?: true;
}

const misfortunes: { readonly [name: string]: NetworkMisfortune } = {
  'the process is killed before': { fault: 'refused', afterwards: 'gone', isDeath: true },
  'the process is killed after': { fault: 'lost', afterwards: 'gone', isDeath: true },
  'the network is gone from': { fault: 'refused', afterwards: 'gone' },
  'permission is denied from': { fault: 'denied', afterwards: 'same' },
  'no space is left from': { fault: 'full', afterwards: 'same' },
  'half of it arrives of': { fault: 'torn', afterwards: 'well' },
};

function remote(kind: RemoteKind): FaultyStoreKind {
  return {
    name: kind.name,
    whyNot: kind.whyNot,
    faults: Object.entries(misfortunes).map(([name, { isDeath = false }]) => ({ name, isDeath })),
    start: async () => {
      const { fresh, stop } = await kind.start();
      return {
        fresh: () => {
          const store = fresh();
          return {
            open: (options) => openBackend(store.open(), options),
            openFaulty: async (options, { name }, index) => {
              const { fault, afterwards } = misfortunes[name]!;
              const plan = planFault(index, fault, afterwards);
              const faulty = await store.openFaulty(plan, afterwards === 'well' ? 'patient' : 'hasty');
              return {
                backend: openBackend(faulty.store, options),
                hasFired: () => plan.count() > index,
                close: faulty.stop,
              };
            },
          };
        },
        stop,
      };
    },
  };
}

export const faultyStoreKinds: readonly FaultyStoreKind[] = [files, ...remoteKinds.map(remote)];

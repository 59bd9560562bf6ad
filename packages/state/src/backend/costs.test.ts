import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { describeOn } from '../testing/describe-stores.ts';
import { MemoryDisk } from '../testing/memory-file-system.ts';
import { noteRequests } from '../testing/servers/fault-plan.ts';
import { testStack, testState } from '../testing/states.ts';
import { remoteKinds } from '../testing/stores.ts';
import {
  createTestClock,
  createTestProcesses,
  openTestBackend,
  testSecrets,
  testSuccess,
  testUpdate,
} from '../testing/test-backend.ts';
import { type Backend, openBackend } from './backend.ts';
import type { OperationHandle } from './operation.ts';

/*
 * What an operation asks of a store: as much in a stack of any size and with any history, and for each group of records
 * that become durable together always the same. ARCHITECTURE.md has the figures.
 */

const options = () => ({
  toolVersion: 'v1',
  rescueFolders: [],
  user: 'ada',
  clock: createTestClock(),
  processes: createTestProcesses(),
  heartbeatMs: 1e9,
});

let step = 0;

/** One after the other, as where each leans on the one before. */
async function recordSteps(operation: OperationHandle, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    step += 1;
    const resource = testState(`r${step}`);
    await operation.journal.append({ kind: 'begin', step, operation: 'creating', resource });
    const changes = [{ kind: 'put', key: `n${step}`, state: resource }] as const;
    await operation.journal.append({ kind: 'end', step, outcome: 'succeeded', changes });
  }
}

interface Costs {
  readonly noOp: readonly string[];
  /** Of an operation in parts: its beginning, one step, six steps one after the other, its end. */
  readonly beginning: readonly string[];
  readonly oneStep: readonly string[];
  readonly sixSteps: readonly string[];
  readonly end: readonly string[];
}

/** `requests` is what was noted so far. The first operation of a process also finds out what it talks to. */
async function measure(backend: Backend, requests: string[], earlier: number, resources: number): Promise<Costs> {
  const during = async (work: () => Promise<void>) => {
    requests.length = 0;
    await work();
    return [...requests];
  };
  await backend.createStack(testStack, { secretsProvider: testSecrets });
  for (let number = 1; number <= earlier; number += 1) {
    const operation = await backend.beginOperation(testStack, testUpdate);
    if (number === 1) await recordSteps(operation, resources);
    await operation.commit(testSuccess);
  }
  // What it finds of the one before is swept away once.
  await (await backend.beginOperation(testStack, testUpdate)).commit(testSuccess);
  const noOp = await during(async () => (await backend.beginOperation(testStack, testUpdate)).commit(testSuccess));
  let operation: OperationHandle;
  const beginning = await during(async () => {
    operation = await backend.beginOperation(testStack, testUpdate);
    // The first record makes the journal.
    await operation.journal.append({ kind: 'change', changes: [] });
  });
  const oneStep = await during(() => recordSteps(operation, 1));
  const sixSteps = await during(() => recordSteps(operation, 6));
  const end = await during(() => operation.commit(testSuccess));
  return { noOp, beginning, oneStep, sixSteps, end };
}

/** How often what was asked for. */
type Bill = { readonly [part in keyof Costs]: { readonly [name: string]: number } };

const bills: { readonly [store: string]: Bill } = {
  S3: {
    noOp: { DELETE: 3, GET: 6, LIST: 10, PUT: 4 },
    beginning: { DELETE: 2, GET: 7, LIST: 9, PUT: 5 },
    oneStep: { GET: 4, PUT: 2 },
    sixSteps: { GET: 24, PUT: 12 },
    end: { DELETE: 3, GET: 4, HEAD: 2, LIST: 2, POST: 3, PUT: 8 },
  },
  PostgreSQL: {
    noOp: { query: 21 },
    beginning: { query: 20 },
    oneStep: { query: 3 },
    sixSteps: { query: 18 },
    end: { query: 13 },
  },
  // Only what changes the disk.
  'a folder': {
    noOp: { create: 4, link: 2, rename: 2, unlink: 5, write: 4 },
    beginning: { create: 4, link: 1, rename: 2, sync: 2, syncdir: 2, unlink: 3, write: 4 },
    oneStep: { sync: 2, write: 2 },
    sixSteps: { sync: 12, write: 12 },
    end: { copy: 3, create: 4, link: 1, rename: 6, sync: 2, syncdir: 3, unlink: 6, write: 4 },
  },
};

const nameOf: { readonly [store: string]: (request: string) => string } = {
  // What S3 bills it as.
  S3: (request) => (request.includes('list-type') ? 'LIST' : request.slice(0, request.indexOf(' '))),
  PostgreSQL: () => 'query',
  'a folder': (operation) => operation.slice(0, operation.indexOf(' ')),
};

function billOf(costs: Costs, store: string): Bill {
  const countAll = (requests: readonly string[]) => {
    const counts: { [name: string]: number } = {};
    for (const name of requests.map(nameOf[store]!)) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  };
  const { noOp, beginning, oneStep, sixSteps, end } = costs;
  return {
    noOp: countAll(noOp),
    beginning: countAll(beginning),
    oneStep: countAll(oneStep),
    sixSteps: countAll(sixSteps),
    end: countAll(end),
  };
}

const kinds = [
  ...remoteKinds.map((kind) => ({
    ...kind,
    start: async () => {
      const { fresh, stop } = await kind.start();
      const open = async () => {
        const plan = noteRequests();
        const { store, stop: close } = await fresh().openFaulty(plan, 'patient');
        return { backend: openBackend(store, options()), requests: plan.requests, close };
      };
      return { fresh: open, stop };
    },
  })),
  {
    name: 'a folder',
    whyNot: undefined,
    start: async () => {
      const open = async () => {
        const requests: string[] = [];
        const files = new MemoryDisk().mount((operation) => {
          requests.push(operation);
          return undefined;
        });
        return { backend: openTestBackend('/store', { files, ...options() }), requests, close: async () => undefined };
      };
      return { fresh: open, stop: async () => undefined };
    },
  },
];

describeOn(kinds, (open, { name }) => {
  test('an operation costs a fixed number of requests and as many for each group of records, however large stack and history are', async () => {
    for (const [earlier, resources] of [
      [1, 1],
      [5, 40],
    ] as const) {
      const { backend, requests, close } = await open();
      const costs = await measure(backend, requests, earlier, resources);
      await close();
      expect(billOf(costs, name)).toEqual(bills[name]);
    }
  });
});

test.skipIf(remoteKinds[0]!.whyNot !== undefined)('no bucket is listed by showing signs of life', async () => {
  const remote = await remoteKinds[0]!.start();
  onTestFinished(remote.stop);
  const plan = noteRequests();
  const { store, stop } = await remote.fresh().openFaulty(plan, 'patient');
  onTestFinished(stop);
  const backend = openBackend(store, { ...options(), heartbeatMs: 20 });
  await backend.createStack(testStack, {});
  const operation = await backend.beginOperation(testStack, testUpdate);
  plan.requests.length = 0;
  while (!plan.requests.some((request) => request.includes('.beat'))) await sleep(5);
  expect(plan.requests.filter((request) => request.includes('list-type'))).toEqual([]);
  await operation.abandon();
});

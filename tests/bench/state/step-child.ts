// Measures what one step costs in a stack of a size, in a process of its own: `node step-child.ts COUNT`. Prints JSON.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { emptySnapshot, type JournalEntry, type ResourceState } from '@radiant/model';
import { openBackendAt } from '@radiant/state';
import { operate } from '../engine/operate.ts';
import { accountedDisk } from './accounted-disk.ts';

export interface StepCost {
  /** Of one update: its beginning and its end, each durable before the next goes on. */
  readonly step: Written;
  /** Of an operation that changes nothing; it takes as long as reading the stack does. */
  readonly noOp: Written;
  /** Of making the journal part of the checkpoint, once in an operation that changes something. */
  readonly commit: Written;
}

export interface Written {
  readonly bytes: number;
  /** By the file system itself, from one file to another. */
  readonly copiedBytes: number;
  readonly micros: number;
}

type Backend = ReturnType<typeof openBackendAt>;

const stack = { project: 'bench', stack: 'dev' };
const update = { kind: 'update', message: '', environment: {} } as const;
const success = { result: 'succeeded', changes: {}, config: {} } as const;
const stepsMeasured = 200;
const noOpsMeasured = 20;
const disk = accountedDisk();

async function withResources(folder: string, count: number): Promise<Backend> {
  const backend = openBackendAt(`file://${folder}`, {
    home: folder,
    cwd: folder,
    toolVersion: 'bench',
    rescueFolders: [],
    user: 'bench',
    files: disk.files,
  });
  await backend.createStack(stack, {});
  const entries: JournalEntry[] = [];
  await operate('create', { shape: 'apart', count }, emptySnapshot, { onEntry: (entry) => entries.push(entry) });
  const operation = await backend.beginOperation(stack, update);
  await Promise.all(entries.map((entry) => operation.journal.append(entry)));
  await operation.commit(success);
  return backend;
}

async function measure(backend: Backend): Promise<StepCost> {
  const noOp = await written(async () => {
    for (let done = 0; done < noOpsMeasured; done += 1)
      await (await backend.beginOperation(stack, update)).commit(success);
  });
  const operation = await backend.beginOperation(stack, update);
  const key = `b${operation.base.resources.length - 1}` as const;
  const state = operation.base.resources.at(-1)!;
  const writeStep = async (step: number) => {
    const resource: ResourceState = { ...state, outputs: { ...state.outputs, step } };
    await operation.journal.append({ kind: 'begin', step, operation: 'updating', resource });
    await operation.journal.append({
      kind: 'end',
      step,
      outcome: 'succeeded',
      changes: [{ kind: 'put', key, state: resource }],
    });
  };
  await writeStep(0);
  // Making the stack has left megabytes for the disk to write, which a step's few bytes would wait for.
  execFileSync('sync');
  const steps: Written[] = [];
  for (let step = 1; step <= stepsMeasured; step += 1) steps.push(await written(() => writeStep(step)));
  const commit = await written(() => operation.commit(success));
  return { step: medianOf(steps), noOp: each(noOp, noOpsMeasured), commit };
}

/** The disk is shared, and now and then somebody else's turn takes long. */
function medianOf(costs: readonly Written[]): Written {
  const median = (pick: (cost: Written) => number) => costs.map(pick).sort((a, b) => a - b)[costs.length >> 1]!;
  return {
    bytes: median(({ bytes }) => bytes),
    copiedBytes: median(({ copiedBytes }) => copiedBytes),
    micros: median(({ micros }) => micros),
  };
}

function each({ bytes, copiedBytes, micros }: Written, count: number): Written {
  return { bytes: bytes / count, copiedBytes: copiedBytes / count, micros: micros / count };
}

async function written(work: () => Promise<void>): Promise<Written> {
  const { writtenBytes, copiedBytes } = disk;
  const started = performance.now();
  await work();
  const micros = (performance.now() - started) * 1000;
  return { bytes: disk.writtenBytes - writtenBytes, copiedBytes: disk.copiedBytes - copiedBytes, micros };
}

const count = Number(process.argv[2]);
if (!(count > 0)) throw new Error('usage: step-child.ts COUNT');
const folder = await mkdtemp(path.join(os.tmpdir(), 'radiant-bench-'));
try {
  console.log(JSON.stringify(await measure(await withResources(folder, count))));
} finally {
  await rm(folder, { recursive: true, force: true });
}

import { type OperationOutcome, runOperation } from '@radiant/engine';
import { emptySnapshot, type JournalEntry, type OperationKind, type Snapshot } from '@radiant/model';
import { idleProvider } from './idle-provider.ts';
import { program, type Shape } from './shapes.ts';

/** The operations that are measured, in the order they follow one another on one stack. */
export const phases = ['create', 'no-op up', 'update all', 'refresh', 'destroy'] as const;

export type Phase = (typeof phases)[number];

export interface Cost {
  /** CPU time of this process, collecting garbage included. */
  readonly cpuMs: number;
  /** What the operation holds in memory when all is declared and done, over what was held before it. */
  readonly heapBytes: number;
}

const kinds: { readonly [phase in Phase]: OperationKind } = {
  create: 'up',
  'no-op up': 'up',
  'update all': 'up',
  refresh: 'refresh',
  destroy: 'destroy',
};

/** `memory` is looked at by collecting garbage, which would be hidden from the time of small stacks. */
export type Measure = 'time' | 'memory';

/** Takes a stack of `count` resources through all phases. */
export async function measurePhases(
  measure: Measure,
  shape: Shape,
  count: number,
): Promise<{ readonly [phase in Phase]: Cost }> {
  const costs: Partial<Record<Phase, Cost>> = {};
  let snapshot: Snapshot = emptySnapshot;
  for (const phase of phases) {
    const { outcome, cost } = await measurePhase(phase, { shape, count }, snapshot, measure);
    if (outcome.result !== 'succeeded') throw new Error(`${phase}: ${JSON.stringify(outcome.diagnostics.slice(0, 3))}`);
    snapshot = outcome.snapshot;
    costs[phase] = cost;
  }
  return costs as { readonly [phase in Phase]: Cost };
}

async function measurePhase(phase: Phase, of: StackOfShape, snapshot: Snapshot, measure: Measure) {
  const heapBefore = measure === 'memory' ? heldBytes() : 0;
  let heapAtEnd = heapBefore;
  const look = () => {
    heapAtEnd = heldBytes();
  };
  const cpu = process.cpuUsage();
  const outcome = await operate(phase, of, snapshot, measure === 'memory' ? { atEnd: look } : {});
  const cost: Cost = { cpuMs: cpuMs(cpu), heapBytes: heapAtEnd - heapBefore };
  return { outcome, cost };
}

export interface StackOfShape {
  readonly shape: Shape;
  readonly count: number;
}

export interface Watch {
  readonly onEntry?: (entry: JournalEntry) => void;
  /** Called when all is declared and done, and nothing has been let go yet. */
  readonly atEnd?: () => void;
}

/** Runs the operation of a phase, in memory. */
export function operate(
  phase: Phase,
  of: StackOfShape,
  snapshot: Snapshot,
  { onEntry = () => {}, atEnd = () => {} }: Watch,
): Promise<OperationOutcome> {
  const kind = kinds[phase];
  const round = phase === 'update all' ? 2 : 1;
  let nowMs = Date.UTC(2030, 0, 1);
  return runOperation(
    {
      kind,
      isPreview: false,
      project: 'bench',
      stack: 'dev',
      organization: 'organization',
      config: {},
      configSecretKeys: [],
      parallel: 16,
      projectRoot: '/project',
      snapshot,
    },
    {
      providers: { load: async () => idleProvider() },
      ...(kind === 'up' ? { program: program({ ...of, round }, atEnd) } : {}),
      journal: { append: async (entry) => onEntry(entry) },
      clock: {
        nowMs: () => {
          nowMs += 1;
          return nowMs;
        },
        sleep: async () => {},
      },
      random: { seed: () => new Uint8Array(32), uuid: () => '00000000-0000-4000-8000-000000000000' },
      events: (event) => {
        if (event.kind === 'summary' && kind !== 'up') atEnd();
      },
    },
  );
}

function heldBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

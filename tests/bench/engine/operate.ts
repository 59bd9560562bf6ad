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
  readonly wallMs: number;
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

/** Takes a stack of `count` resources through all phases. */
export async function measurePhases(shape: Shape, count: number): Promise<{ readonly [phase in Phase]: Cost }> {
  const costs: Partial<Record<Phase, Cost>> = {};
  let snapshot: Snapshot = emptySnapshot;
  for (const phase of phases) {
    const { outcome, cost } = await measurePhase(phase, shape, count, snapshot);
    if (outcome.result !== 'succeeded') throw new Error(`${phase}: ${JSON.stringify(outcome.diagnostics.slice(0, 3))}`);
    snapshot = outcome.snapshot;
    costs[phase] = cost;
  }
  return costs as { readonly [phase in Phase]: Cost };
}

async function measurePhase(phase: Phase, shape: Shape, count: number, snapshot: Snapshot) {
  const heapBefore = heldBytes();
  let heapAtEnd = heapBefore;
  let pausedCpu = 0;
  let pausedMs = 0;
  // Looking costs a collection of garbage that is none of the engine's.
  const look = () => {
    const cpu = process.cpuUsage();
    const now = performance.now();
    heapAtEnd = heldBytes();
    pausedCpu += cpuMs(cpu);
    pausedMs += performance.now() - now;
  };
  const cpu = process.cpuUsage();
  const started = performance.now();
  const outcome = await operate(phase, { shape, count }, snapshot, { atEnd: look });
  const cost: Cost = {
    cpuMs: cpuMs(cpu) - pausedCpu,
    wallMs: performance.now() - started - pausedMs,
    heapBytes: heapAtEnd - heapBefore,
  };
  return { outcome, cost };
}

export interface Watch {
  readonly onEntry?: (entry: JournalEntry) => void;
  /** Called when all is declared and done, and nothing has been let go yet. */
  readonly atEnd?: () => void;
}

/** Runs the operation of a phase, in memory. */
export function operate(
  phase: Phase,
  of: { readonly shape: Shape; readonly count: number },
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

import type { KubeObject } from '../../kube-object.ts';

/** Annotations with this prefix, on a pod or the template it comes from, say how its containers behave. MODEL.md lists them. */
export const simulationPrefix = 'simulation.radiant.dev/';

export interface Simulation {
  /** From the start of the containers until they are ready. */
  readonly readyAfterMs: number | undefined;
  readonly isNeverReady: boolean;
  readonly crash: Crash | undefined;
  /** What pulling any image of the pod fails with. */
  readonly pullError: string | undefined;
  /** After this long the containers end with exit code 0. */
  readonly runForMs: number | undefined;
  /** From the deletion of the pod until it is gone, within its grace period. */
  readonly stopAfterMs: number | undefined;
}

export interface Crash {
  readonly exitCode: number;
  /** The first container when undefined. */
  readonly container: string | undefined;
  readonly times: number;
  readonly afterMs: number;
}

const defaultCrashAfterMs = 100;

export function simulationOf(pod: KubeObject): Simulation {
  const read = (name: string) => pod.metadata.annotations?.[`${simulationPrefix}${name}`];
  const exitCode = Number(read('crash'));
  const isCrashing = read('crash') !== undefined && Number.isInteger(exitCode) && exitCode !== 0;
  const times = Number(read('crash-times'));
  return {
    readyAfterMs: parseDuration(read('ready-after')),
    isNeverReady: read('never-ready') === 'true',
    crash: isCrashing
      ? {
          exitCode,
          container: read('crash-container'),
          times: Number.isInteger(times) && times > 0 ? times : Number.POSITIVE_INFINITY,
          afterMs: parseDuration(read('crash-after')) ?? defaultCrashAfterMs,
        }
      : undefined,
    pullError: read('pull-error') || undefined,
    runForMs: parseDuration(read('run-for')),
    stopAfterMs: parseDuration(read('stop-after')),
  };
}

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `2s`, `1m30s`. Undefined for anything else. */
export function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) total += Number(amount) * unitMs[unit!]!;
  return total;
}

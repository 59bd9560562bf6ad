/** What the kubelet remembers of a pod between two looks: how long things have been going on, and how often they went wrong. */
export interface PodTimers {
  /** Counts from the first question; true once, when the time is over. */
  elapsed(name: string, durationMs: number, nowMs: number): boolean;
  /** How often this was asked before. */
  count(name: string): number;
  /** When the next of the running times is over. */
  nextDueMs(): number | undefined;
}

export function createPodTimers(): PodTimers {
  const due = new Map<string, number>();
  const counts = new Map<string, number>();
  return {
    elapsed(name, durationMs, nowMs) {
      const dueMs = due.get(name) ?? nowMs + durationMs;
      if (nowMs >= dueMs) {
        due.delete(name);
        return true;
      }
      due.set(name, dueMs);
      return false;
    },
    count(name) {
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      return count;
    },
    nextDueMs: () => (due.size === 0 ? undefined : Math.min(...due.values())),
  };
}

/** What the kubelet remembers of a pod between two looks: how long things have been going on, and how often they went wrong. */
export interface PodTimers {
  /** Counts from the first question; true once, when the time is over. The duration is asked for when the counting begins. */
  elapsed(name: string, durationMs: number | (() => number), nowMs: number): boolean;
  /** How often this was asked before. */
  count(name: string): number;
  /** Ends a look: when the next is due. What this look did not ask about is no longer going on, and forgotten. */
  settle(): number | undefined;
}

export function createPodTimers(): PodTimers {
  const due = new Map<string, number>();
  const asked = new Set<string>();
  const counts = new Map<string, number>();
  return {
    elapsed(name, durationMs, nowMs) {
      asked.add(name);
      const dueMs = due.get(name) ?? nowMs + (typeof durationMs === 'number' ? durationMs : durationMs());
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
    settle() {
      for (const name of [...due.keys()]) if (!asked.has(name)) due.delete(name);
      asked.clear();
      return due.size === 0 ? undefined : Math.min(...due.values());
    },
  };
}

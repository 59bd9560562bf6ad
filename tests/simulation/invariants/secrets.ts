import { canaryOf } from '../names.ts';
import type { Observation } from '../observe.ts';
import { letters } from '../scenario.ts';
import type { Invariant } from './invariant.ts';

const canaries = letters.map(canaryOf);

export const secretsStaySecret: Invariant = {
  name: 'no secret is told in the clear',
  check: ({ observation, preview, again }) => {
    for (const seen of [preview, observation, again]) {
      const leak = seen === undefined ? undefined : leakOf(seen);
      if (leak !== undefined) return leak;
    }
    return undefined;
  },
};

function leakOf({ events, errors, thrown, journal, after, written }: Observation): string | undefined {
  const told = {
    events,
    errors,
    journal,
    thrown: thrown instanceof Error ? thrown.message : String(thrown),
    after,
    written,
  };
  for (const [where, what] of Object.entries(told)) {
    const text = JSON.stringify(what) ?? '';
    const canary = canaries.find((candidate) => text.includes(candidate));
    if (canary !== undefined) return `${canary} is in the ${where}: …${around(text, canary)}…`;
  }
  return undefined;
}

function around(text: string, part: string): string {
  const at = text.indexOf(part);
  return text.slice(Math.max(0, at - 120), at + part.length + 20);
}

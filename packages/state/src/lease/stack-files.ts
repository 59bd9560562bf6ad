import type { StoreEntry } from '../store/store.ts';

/*
 * What Radiant keeps of one stack beside its checkpoint, all in one folder, so that one listing tells everything. The
 * number in a name is the fencing token of the operation that wrote it.
 */

export interface StackFiles {
  /** Ascending. */
  readonly claims: readonly number[];
  readonly ends: ReadonlySet<number>;
  /** Names. */
  readonly merges: readonly string[];
  /** Ascending. */
  readonly journals: readonly number[];
  /** Everything but the journals, by token; of one token the claim before its end, which says that nobody holds it. */
  readonly others: readonly { readonly name: string; readonly token: number }[];
  /** The greatest number in any name; 0 when there is none. */
  readonly greatest: number;
}

/** Which number claims start from. It stays as long as the stack does. */
export const startName = 'lease-start.json';

export function claimName(token: number): string {
  return `lease-${formatToken(token)}.json`;
}

/** When its holder last showed signs of life. */
export function beatName(token: number): string {
  return `lease-${formatToken(token)}.beat`;
}

/** Its being there says that the claim is given up. */
export function endName(token: number): string {
  return `lease-${formatToken(token)}.end`;
}

/**
 * Which journals the checkpoint with this hash, which is about to be written or was just written, makes superfluous. It is
 * written once: what is written twice could arrive the other way round.
 */
export function mergeName(token: number, hash: string): string {
  return `merge-${formatToken(token)}-${hash.slice(0, 16)}.json`;
}

export function journalName(token: number): string {
  return `journal-${formatToken(token)}.log`;
}

function formatToken(token: number): string {
  return String(token).padStart(16, '0');
}

export function parseStackFiles(entries: readonly StoreEntry[]): StackFiles {
  const found = {
    claims: new Set<number>(),
    ends: new Set<number>(),
    journals: new Set<number>(),
  };
  const merges: string[] = [];
  const others: { readonly name: string; readonly token: number }[] = [];
  let greatest = 0;
  for (const { name } of entries) {
    const match = /^(lease|merge|journal)-(\d{16})(?:-[0-9a-f]{16})?\.(json|beat|end|log|log\.seal|log\.sealed)$/.exec(
      name,
    );
    if (match === null) continue;
    const token = Number(match[2]);
    greatest = Math.max(greatest, token);
    if (match[1] !== 'journal' || match[3] === 'log.seal') others.push({ name, token });
    switch (`${match[1]}.${match[3]}`) {
      case 'lease.json':
        found.claims.add(token);
        break;
      case 'lease.end':
        found.ends.add(token);
        break;
      case 'merge.json':
        merges.push(name);
        break;
      case 'journal.log':
      case 'journal.log.sealed':
        found.journals.add(token);
        break;
    }
  }
  const sorted = (tokens: Set<number>) => [...tokens].sort((a, b) => a - b);
  return {
    claims: sorted(found.claims),
    ends: found.ends,
    merges,
    journals: sorted(found.journals),
    others: others.sort((a, b) => a.token - b.token || (a.name < b.name ? 1 : -1)),
    greatest,
  };
}

import { type JournalEntry, replay, verifySnapshot } from '@radiant/model';
import type { ProgramBody, RunSettings, TestStack } from './stack.ts';
import type { World } from './world.ts';

export type Move =
  | { readonly kind: 'up'; readonly body: ProgramBody; readonly request?: RunSettings['request'] }
  | { readonly kind: 'destroy' }
  | { readonly kind: 'refresh' };

/** Where the process dies: at its nth journal write, when that write is not durable yet or just has become so. */
export interface CrashPoint {
  readonly write: number;
  readonly moment: 'before' | 'after';
}

class Crash extends Error {
  override readonly name = 'Crash';
}

export async function run(stack: TestStack, move: Move, settings: RunSettings = {}) {
  const request = move.kind === 'up' && move.request !== undefined ? { request: move.request } : {};
  switch (move.kind) {
    case 'up':
      return stack.up(move.body, { ...settings, ...request });
    case 'destroy':
      return stack.destroy(settings);
    case 'refresh':
      return stack.refresh(settings);
  }
}

/**
 * Runs a move until the process dies, and leaves the stack with what was durable then. Returns whether it died: false when
 * the move had fewer writes.
 */
export async function runUntilCrash(stack: TestStack, move: Move, point: CrashPoint): Promise<boolean> {
  const durable: JournalEntry[] = [];
  const base = stack.snapshot;
  let isDead = false;
  const { world } = stack;
  const { onCall } = world;
  // A dead process calls nobody any more.
  world.onCall = (call, subject) => {
    if (isDead) throw new Crash();
    return onCall(call, subject);
  };
  const journal = (entry: JournalEntry) => {
    if (isDead) throw new Crash();
    isDead = durable.length === point.write;
    if (!isDead || point.moment === 'after') durable.push(entry);
    if (isDead) throw new Crash();
  };
  try {
    await run(stack, move, { journal });
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  } finally {
    world.onCall = onCall;
  }
  if (isDead) stack.snapshot = replay(base, durable);
  const violations = verifySnapshot(stack.snapshot);
  if (violations.length > 0) throw new Error(`after the crash: ${violations.map(({ message }) => message).join('; ')}`);
  return isDead;
}

/** What the things of a world are, whatever numbers their automatic names carry. */
export function essence(world: World): string[] {
  return Array.from(world.things.values(), ({ id, type, props }) => {
    const { name: _, isAutoNamed, serial: __, ...rest } = props;
    const name = isAutoNamed === true ? id.replace(/-\d+$/, '') : id;
    return `${type} ${name} ${JSON.stringify(rest).replaceAll(/serial-of-([a-z]+)-\d+/g, 'serial-of-$1')}`;
  }).sort();
}

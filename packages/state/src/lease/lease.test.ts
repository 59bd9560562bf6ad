import { describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createTestClock, createTestProcesses } from '../testing/test-backend.ts';
import { type ClaimResult, claimLease, type Lease } from './lease.ts';

const folder = 'radiant/p/s';

function setting(store: Store = createMemoryStore()) {
  const clock = createTestClock();
  const processes = createTestProcesses();
  const settings = { clock, processes, ttlMs: 1000 };
  const claim = (run: string, intent?: 'revokes') =>
    claimLease(store, folder, { run, user: 'ada', operation: 'update' }, settings, intent);
  return { store, clock, processes, claim };
}

function leaseOf(result: ClaimResult): Lease {
  if (result.kind === 'held') throw new Error('held');
  return result.lease;
}

describe('a lease', () => {
  test('is had by one of many who claim it at the same moment', async () => {
    const { claim } = setting();
    const results = await Promise.all(Array.from({ length: 30 }, (_item, index) => claim(`r${index}`)));
    const winners = results.filter(({ kind }) => kind === 'claimed');
    expect(winners).toHaveLength(1);
    const holder = leaseOf(winners[0]!).holder;
    for (const result of results) if (result.kind === 'held') expect(result.holder).toEqual(holder);
  });

  test('is had by one of two of whom the second is slower, though it has seen nobody when it began', async () => {
    const { claim, clock, store } = setting();
    const { list } = store;
    let isFirst = true;
    let earlier: Lease | undefined;
    store.list = async (name) => {
      const entries = await list(name);
      if (isFirst) {
        isFirst = false;
        earlier = leaseOf(await claim('one'));
        clock.advance(5);
      }
      return entries;
    };
    expect((await claim('two')).kind).toBe('held');
    expect(await earlier?.isHeld()).toBe(true);
  });

  test('gets a higher token with every claim, though what is older was swept away', async () => {
    const { claim, store } = setting();
    let last = 0;
    for (let round = 0; round < 5; round += 1) {
      const lease = leaseOf(await claim(`r${round}`));
      expect(lease.token).toBeGreaterThan(last);
      last = lease.token;
      for (const { name } of await store.list(folder))
        if (!name.includes(String(last))) await store.delete(`${folder}/${name}`);
      await lease.end();
    }
  });

  test('is held by who shows signs of life, and lapses without them', async () => {
    const { claim, clock } = setting();
    const lease = leaseOf(await claim('one'));
    clock.advance(900);
    await lease.beat();
    clock.advance(900);
    expect((await claim('two')).kind).toBe('held');
    clock.advance(100);
    expect(await claim('two')).toMatchObject({ kind: 'claimed', previous: { run: 'one' } });
    expect(await lease.isHeld()).toBe(false);
  });

  test('of a dead process lapses at once, whatever its last sign of life', async () => {
    const { claim, processes } = setting();
    leaseOf(await claim('one'));
    processes.kill({ pid: 1 });
    processes.become(2);
    expect((await claim('two')).kind).toBe('claimed');
  });

  test('that was revoked is lost to its holder and free for the next', async () => {
    const { claim } = setting();
    const lease = leaseOf(await claim('one'));
    const revoking = leaseOf(await claim('cancel', 'revokes'));
    expect(await lease.isHeld()).toBe(false);
    await revoking.end();
    expect((await claim('two')).kind).toBe('claimed');
  });

  test('whose claim cannot be read is respected until it must have lapsed', async () => {
    const { claim, clock, store } = setting();
    await store.put(`${folder}/lease-0000000000000005.json`, Buffer.from('{"run":'), 'passing');
    clock.advance(Date.now() - clock.nowMs());
    expect(await claim('one')).toEqual({ kind: 'held', holder: undefined });
    clock.advance(60_000);
    expect(leaseOf(await claim('one')).token).toBe(6);
  });
});

describe.each([true, false])('whether a lease is held, where listing is costly: %s', (isListingCostly) => {
  const on = () => setting({ ...createMemoryStore(), isListingCostly });

  test('is told at the cost that the store can bear', async () => {
    const { claim, store } = on();
    const lease = leaseOf(await claim('one'));
    if (isListingCostly) store.list = () => Promise.reject(new Error('listed'));
    expect(await lease.isHeld()).toBe(true);
    await lease.beat();
  });

  test('is told rightly when everything up to the newest claim was swept away', async () => {
    const { claim, store, clock } = on();
    const lease = leaseOf(await claim('one'));
    for (const run of ['two', 'three']) {
      clock.advance(1000);
      leaseOf(await claim(run));
    }
    for (const token of [lease.token, lease.token + 1])
      await store.delete(`${folder}/lease-${String(token).padStart(16, '0')}.json`);
    expect(await lease.isHeld()).toBe(false);
  });

  test('is told rightly to who was stopped while another let a claim stand that came too late', async () => {
    const { claim, store, clock } = on();
    const lease = leaseOf(await claim('one'));
    clock.advance(1000);
    const create = store.create;
    // The claimer is stopped right after its claim, for so long that the next takes over from it.
    store.create = async (key, bytes, durability) => {
      const isCreated = await create(key, bytes, durability);
      store.create = create;
      clock.advance(1000);
      leaseOf(await claim('three'));
      return isCreated;
    };
    expect(await claim('two')).toMatchObject({ kind: 'held', holder: { run: 'three' } });
    expect(await lease.isHeld()).toBe(false);
  });
});

test('where listing is costly, a lease is not taken for that of who made the same claim once more', async () => {
  const { claim, store } = setting({ ...createMemoryStore(), isListingCostly: true });
  const lease = leaseOf(await claim('one'));
  const key = `${folder}/lease-${String(lease.token).padStart(16, '0')}.json`;
  await store.put(key, Buffer.from(JSON.stringify({ ...lease.holder, run: 'another' })), 'lasting');
  expect(await lease.isHeld()).toBe(false);
});

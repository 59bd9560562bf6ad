import { describe, expect, test } from 'vitest';
import { LogSealedError, type Store } from '../store/store.ts';

const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString());
const bytes = (content: string) => Buffer.from(content);
const sorted = async (store: Store, folder: string) =>
  (await store.list(folder)).map(({ name, kind }) => `${name} ${kind}`).sort();

/**
 * What every store promises. `open` gives another handle, as another process would have, on the running test's store.
 * `whyNot` says why this machine cannot have such a store.
 */
export function describeStore(title: string, openFresh: () => Promise<() => Store>, whyNot?: string): void {
  const isSkipped = whyNot !== undefined;
  const name = isSkipped ? `${title} (${whyNot})` : title;
  describe.skipIf(isSkipped)(`${name}: objects`, () => {
    test('are what was put last, for every handle', async () => {
      const open = await openFresh();
      const [one, other] = [open(), open()];
      expect(await one.get('a/b.json')).toBeUndefined();
      await one.put('a/b.json', bytes('first'), 'lasting');
      const first = await other.get('a/b.json');
      expect(text(first?.bytes)).toBe('first');
      await other.put('a/b.json', bytes('2'), 'passing');
      const second = await one.get('a/b.json');
      expect(text(second?.bytes)).toBe('2');
      expect(second?.tag).not.toBe(first?.tag);
      await one.delete('a/b.json');
      await one.delete('a/b.json');
      expect(await other.get('a/b.json')).toBeUndefined();
    });

    test('are removed while they are what was seen, and not when they were replaced since', async () => {
      const open = await openFresh();
      const [one, other] = [open(), open()];
      await one.put('a/b.json', bytes('first'), 'lasting');
      const first = (await one.get('a/b.json'))!;
      await other.put('a/b.json', bytes('second one'), 'lasting');
      expect(await one.remove('a/b.json', first.tag)).toBe(false);
      const second = (await one.get('a/b.json'))!;
      expect(text(second.bytes)).toBe('second one');
      expect(await one.remove('a/b.json', second.tag)).toBe(true);
      expect(await other.get('a/b.json')).toBeUndefined();
      expect(await one.remove('a/b.json', second.tag)).toBe(false);
    });

    test('are created at most once, however many try', async () => {
      const open = await openFresh();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_item, index) => open().create('x/once', bytes(String(index)), 'passing')),
      );
      expect(results.filter((isCreated) => isCreated)).toHaveLength(1);
      expect(text((await open().get('x/once'))?.bytes)).toBe(String(results.indexOf(true)));
    });

    test('are listed by folder, with the folders beside them', async () => {
      const store = (await openFresh())();
      await store.put('f/a.json', bytes('1'), 'passing');
      await store.put('f/g/b.json', bytes('2'), 'passing');
      await store.put('f/g/c.json', bytes('3'), 'passing');
      await store.put('fa/d.json', bytes('4'), 'passing');
      expect(await sorted(store, 'f')).toEqual(['a.json object', 'g folder']);
      expect(await sorted(store, 'f/g')).toEqual(['b.json object', 'c.json object']);
      expect(await store.list('nowhere')).toEqual([]);
      await store.deleteAll(['f/a.json', 'f/g/b.json', 'f/g/c.json', 'f/g/none.json']);
      await store.deleteAll([]);
      expect(await store.get('f/g/c.json')).toBeUndefined();
      expect(text((await store.get('fa/d.json'))?.bytes)).toBe('4');
      await store.put('f/g/b.json', bytes('again'), 'lasting');
      expect(text((await store.get('f/g/b.json'))?.bytes)).toBe('again');
    });

    test('are copied, and the copy is its own', async () => {
      const store = (await openFresh())();
      await store.put('a', bytes('1'), 'passing');
      await store.copy('a', 'deep/er/b');
      await store.put('a', bytes('2'), 'passing');
      await store.copy('a', 'deep/er/c');
      expect(text((await store.get('deep/er/b'))?.bytes)).toBe('1');
      expect(text((await store.get('deep/er/c'))?.bytes)).toBe('2');
    });

    test('may be large and hold any bytes', async () => {
      const store = (await openFresh())();
      const large = Buffer.alloc(
        3_000_000,
        Uint8Array.from({ length: 256 }, (_item, index) => index),
      );
      await store.put('large', large, 'lasting');
      expect(large.equals((await store.get('large'))!.bytes)).toBe(true);
    });
  });

  describe.skipIf(isSkipped)(`${name}: a staged object`, () => {
    test('replaces the one that was expected, and no other', async () => {
      const store = (await openFresh())();
      expect(await (await store.stage('k/s.json', bytes('1'), 5)).publish(undefined)).toBe('published');
      const { tag } = (await store.get('k/s.json'))!;
      const stale = await store.stage('k/s.json', bytes('no'), 5);
      expect(await stale.publish('something else')).toBe('changed');
      await stale.discard();
      expect(await (await store.stage('k/s.json', bytes('2'), 5)).publish(tag)).toBe('published');
      expect(text((await store.get('k/s.json'))?.bytes)).toBe('2');
      expect(await (await store.stage('k/s.json', bytes('3'), 5)).publish(tag)).toBe('changed');
    });

    test('of an earlier holder is void once a later one has fenced it off', async () => {
      const open = await openFresh();
      const [earlier, later] = [open(), open()];
      await earlier.put('k/s.json', bytes('1'), 'lasting');
      const { tag } = (await earlier.get('k/s.json'))!;
      const staged = await earlier.stage('k/s.json', bytes('late'), 5);
      await later.fence(['k/s.json', 'k/other'], 6);
      expect(await staged.publish(tag)).toBe('fenced');
      expect(text((await later.get('k/s.json'))?.bytes)).toBe('1');
      expect(await (await later.stage('k/s.json', bytes('2'), 6)).publish(tag)).toBe('published');
    });

    test('that is neither published nor discarded is no object', async () => {
      const store = (await openFresh())();
      await store.stage('k/s.json', bytes('1'), 5);
      expect(await store.get('k/s.json')).toBeUndefined();
    });
  });

  describe.skipIf(isSkipped)(`${name}: a log`, () => {
    const half = (content: Uint8Array) => Math.floor(content.length / 2);
    const whole = (content: Uint8Array) => content.length;

    test('grows by what is appended, is made once, and can be deleted', async () => {
      const open = await openFresh();
      const store = open();
      const log = (await store.createLog('l/j.log'))!;
      await log.append(bytes('one,'));
      await log.append(bytes('two'));
      expect(await open().createLog('l/j.log')).toBeUndefined();
      const content = await open().readLog('l/j.log');
      expect(text(content?.bytes)).toBe('one,two');
      expect(content?.isSealed).toBe(false);
      expect(await sorted(store, 'l')).toEqual(['j.log object']);
      await log.close();
      await store.deleteLog('l/j.log');
      await store.deleteLog('l/j.log');
      expect(await open().readLog('l/j.log')).toBeUndefined();
    });

    test('that is sealed keeps what was accepted and refuses its writer', async () => {
      const open = await openFresh();
      const log = (await open().createLog('l/j.log'))!;
      await log.append(bytes('12345678'));
      expect(text((await open().sealLog('l/j.log', 9, half))?.bytes)).toBe('1234');
      await expect(log.append(bytes('late'))).rejects.toThrow(LogSealedError);
      await expect(log.append(bytes('later'))).rejects.toThrow(LogSealedError);
      const content = await open().readLog('l/j.log');
      expect(text(content?.bytes)).toBe('1234');
      expect(content?.isSealed).toBe(true);
      await log.close();
    });

    test('is sealed once: a second seal finds the first', async () => {
      const open = await openFresh();
      const log = (await open().createLog('l/j.log'))!;
      await log.append(bytes('12345678'));
      await open().sealLog('l/j.log', 9, half);
      expect(text((await open().sealLog('l/j.log', 10, whole))?.bytes)).toBe('1234');
      await log.close();
    });

    test('that is deleted, and even made again, refuses its old writer', async () => {
      const open = await openFresh();
      const old = (await open().createLog('l/j.log'))!;
      await old.append(bytes('old'));
      await open().sealLog('l/j.log', 9, whole);
      await open().deleteLog('l/j.log');
      await expect(old.append(bytes('late'))).rejects.toThrow(LogSealedError);
      const log = (await open().createLog('l/j.log'))!;
      await log.append(bytes('new'));
      await expect(old.append(bytes('later'))).rejects.toThrow(LogSealedError);
      expect(text((await open().readLog('l/j.log'))?.bytes)).toBe('new');
      await Promise.all([old.close(), log.close()]);
    });

    test('holds whatever it acknowledged before the seal, whenever that comes', async () => {
      for (let round = 0; round < 15; round += 1) {
        const open = await openFresh();
        const log = (await open().createLog('l/j.log'))!;
        let acknowledged = 0;
        const writing = (async () => {
          try {
            for (;;) {
              await log.append(bytes('x'));
              acknowledged += 1;
            }
          } catch (error) {
            if (!(error instanceof LogSealedError)) throw error;
          }
        })();
        for (let wait = 0; wait < round; wait += 1) await new Promise((resolve) => setImmediate(resolve));
        const sealed = await open().sealLog('l/j.log', 9, whole);
        await writing;
        expect(sealed!.bytes.length).toBeGreaterThanOrEqual(acknowledged);
        expect((await open().readLog('l/j.log'))!.bytes.length).toBe(sealed!.bytes.length);
        await log.close();
      }
    });
  });
}

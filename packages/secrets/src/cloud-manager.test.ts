import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createCloudManager, openCloudManager } from './cloud-manager.ts';
import { keyUnusable, type SealingKeys } from './sealing-key.ts';

/** A service with one key; says how often it was asked to open something. */
function service(keyByte = 7): { readonly keys: SealingKeys; readonly asked: () => number } {
  let asked = 0;
  const [key, nonce] = [Buffer.alloc(32, keyByte), Buffer.alloc(12)];
  const keys: SealingKeys = (url) => ({
    async seal(plaintext) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    async open(sealed) {
      asked += 1;
      const decipher = createDecipheriv('aes-256-gcm', key, nonce);
      decipher.setAuthTag(sealed.subarray(-16));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
      } catch (error) {
        throw keyUnusable(url, 'it did not seal what it is to open', 'Restore it.', error);
      }
    },
  });
  return { keys, asked: () => asked };
}

/** As another process finds it: the state alone, opened through a URL that this one has not used. */
const elsewhere = (name: string) => `awskms://alias/other-${name}`;

describe('a manager whose key a service keeps', () => {
  test('says what Pulumi says of it: type, URL and sealed key', async () => {
    const manager = await createCloudManager('awskms://alias/a', service().keys);
    expect(manager).toMatchObject({ type: 'cloud', access: 'open', state: { url: 'awskms://alias/a' } });
    expect(Object.keys(manager.state)).toEqual(['url', 'encryptedkey']);
    expect(Buffer.from(manager.state.encryptedkey, 'base64')).toHaveLength(48);
    expect(await manager.encrypt('x')).toMatch(/^v1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/]+=*$/);
  });

  test('opens what it sealed, and asks the service once', async () => {
    const { keys, asked } = service();
    const made = await createCloudManager('awskms://alias/once', keys);
    const sealed = await made.encrypt('"größe 🌍"');
    await openCloudManager(made.state, keys);
    expect(asked()).toBe(0);
    const opened = await Promise.all([1, 2, 3].map(() => openCloudManager(made.state, keys, elsewhere('once'))));
    expect(await opened[2]!.decrypt(sealed)).toBe('"größe 🌍"');
    expect(opened[0]!.state).toEqual(made.state);
    expect(asked()).toBe(1);
  });

  test('of another key opens nothing, and may be asked again', async () => {
    const made = await createCloudManager('awskms://alias/b', service(7).keys);
    const { keys, asked } = service(8);
    for (const attempt of [1, 2]) {
      await expect(openCloudManager(made.state, keys, elsewhere('b'))).rejects.toMatchObject({
        code: 'SECRETS_KEY_UNUSABLE',
        summary: `cannot use the key ${elsewhere('b')}: it did not seal what it is to open`,
      });
      expect(asked()).toBe(attempt);
    }
  });

  test('refuses a value of another data key, and a state that was damaged', async () => {
    const { keys } = service();
    const [one, two] = await Promise.all(['c', 'd'].map((name) => createCloudManager(`awskms://alias/${name}`, keys)));
    expect(() => one!.decrypt(two!.encrypt('x') as string)).toThrow(/another data key, or was changed/);
    for (const state of [{}, { url: 'awskms://a' }, { url: 'awskms://a', encryptedkey: '!' }])
      await expect(openCloudManager(state, keys)).rejects.toMatchObject({ code: 'SECRETS_STATE_MALFORMED' });
    const short = Buffer.from(await keys('').seal(Buffer.alloc(5))).toString('base64');
    await expect(openCloudManager({ url: 'awskms://a', encryptedkey: short }, keys)).rejects.toMatchObject({
      code: 'SECRETS_STATE_MALFORMED',
    });
  });
});

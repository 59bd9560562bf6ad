import { OperationError } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { createPassphraseManager, lockedPassphraseManager, openPassphraseManager } from './passphrase-manager.ts';
import { openText, sealText } from './sealed-text.ts';

const vectors = [
  { passphrase: 'password', salt: 'v1:fozI5u6B030=:v1:F+6ZduKKd8G0/V7L:PGMFeIzwobWRKmEAzUdaQHqC5mMRIQ==' },
  {
    passphrase: 'correct horse battery staple',
    salt: 'v1:3ZcVRCMzEbk=:v1:A4wYnaSVLIkK0AhS:2SrOnSDh9wVGmoyZt97KYJN3WfDDHA==',
  },
];

describe('a passphrase manager', () => {
  test.each(vectors)('opens the salt that Pulumi made with "$passphrase"', async ({ passphrase, salt }) => {
    const manager = await openPassphraseManager({ salt }, passphrase);
    expect(manager.type).toBe('passphrase');
    expect(manager.state).toEqual({ salt });
    expect(await manager.decrypt(salt.split(':').slice(2).join(':'))).toBe('pulumi');
  });

  test('opens a secret of a state that Pulumi wrote', async () => {
    const salt = 'v1:PKnwSfLHNwA=:v1:+gGBcougwi94hhDR:7UjqaPQH1kK2hnvn2MIMQ2PjzgOcTg==';
    const manager = await openPassphraseManager({ salt }, 'correct-horse');
    expect(await manager.decrypt('v1:qmKyuAl61iRqir0d:Dxy1g4cWoe+2zzA4CD10LXMeUZZ767AWbQ==')).toBe('"t0ken-1"');
  });

  test('seals the same text differently each time and opens both', async () => {
    const manager = await createPassphraseManager('');
    const first = await manager.encrypt('"größe 🌍"');
    const second = await manager.encrypt('"größe 🌍"');
    expect(first).not.toBe(second);
    expect(await manager.decrypt(first)).toBe('"größe 🌍"');
    const again = await openPassphraseManager(manager.state, '');
    expect(await again.decrypt(second)).toBe('"größe 🌍"');
  });

  test('refuses a wrong passphrase without saying it', async () => {
    const opening = openPassphraseManager({ salt: vectors[0]!.salt }, 'hunter2');
    await expect(opening).rejects.toMatchObject({ code: 'SECRETS_PASSPHRASE_WRONG', summary: 'incorrect passphrase' });
    await opening.catch((error: OperationError) => expect(error.message).not.toContain('hunter2'));
  });

  test.each([undefined, 7, '', 'v1:abc', 'v2:AAAA:v1:AAAA:BBBB', 'v1:fozI5u6B030=:v1:short:x'])(
    'refuses the malformed salt %j',
    async (salt) => {
      await expect(openPassphraseManager({ salt }, 'password')).rejects.toMatchObject({
        code: 'SECRETS_SALT_MALFORMED',
      });
    },
  );

  test('refuses a ciphertext that was changed, cut or is none', async () => {
    const manager = await createPassphraseManager('p');
    const sealed = await manager.encrypt('hello');
    const changed = `${sealed.slice(0, 25)}${sealed[25] === 'A' ? 'B' : 'A'}${sealed.slice(26)}`;
    expect(() => manager.decrypt(changed)).toThrow(OperationError);
    expect(() => manager.decrypt(`${sealed.slice(0, 20)}AAAA`)).toThrow(/does not have the form/);
    expect(() => manager.decrypt('[secret]')).toThrow(/does not have the form/);
  });
});

test('a locked manager keeps type and state and fails on any use in the known words', () => {
  const manager = lockedPassphraseManager({ salt: vectors[0]!.salt });
  expect(manager).toMatchObject({ type: 'passphrase', state: { salt: vectors[0]!.salt }, access: 'locked' });
  const known =
    'incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase or set PULUMI_CONFIG_PASSPHRASE_FILE to a file containing the passphrase';
  expect(() => manager.decrypt('v1:x:y')).toThrow(`failed to decrypt: ${known}`);
  expect(() => manager.encrypt('x')).toThrow(`failed to encrypt: ${known}`);
});

test('a sealed text of any length opens to itself', () => {
  const key = Buffer.alloc(32, 7);
  for (const text of ['', 'a', 'x'.repeat(100_000)])
    expect(openText(key, sealText(key, text))).toEqual({ kind: 'opened', plaintext: text });
});

import { describe, expect, test } from 'vitest';
import { resolvePassphrase } from './resolve-passphrase.ts';

const readFile = async (path: string) => {
  if (path === '/pass') return '  from file\n';
  throw new Error(`ENOENT: no such file or directory, open '${path}'`);
};
const prompt = async () => 'typed';

describe('the passphrase', () => {
  test('comes from the variable before the file, even when it is empty', async () => {
    const env = { PULUMI_CONFIG_PASSPHRASE: '', PULUMI_CONFIG_PASSPHRASE_FILE: '/pass' };
    expect(await resolvePassphrase({ env, readFile, prompt })).toEqual({ passphrase: '', source: 'environment' });
  });

  test('comes from the file, trimmed, before what is kept', async () => {
    const env = { PULUMI_CONFIG_PASSPHRASE_FILE: '/pass' };
    expect(await resolvePassphrase({ env, readFile, kept: 'kept' })).toEqual({
      passphrase: 'from file',
      source: 'file',
    });
  });

  test('comes from what is kept before the terminal, and from the terminal last', async () => {
    expect(await resolvePassphrase({ env: {}, readFile, kept: 'kept', prompt })).toMatchObject({ source: 'kept' });
    expect(await resolvePassphrase({ env: {}, readFile, prompt })).toEqual({ passphrase: 'typed', source: 'prompt' });
  });

  test('is missing in the words that scripts know', async () => {
    await expect(resolvePassphrase({ env: {}, readFile })).rejects.toThrow(
      'passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables',
    );
  });

  test('whose file cannot be read is an error that names the variable', async () => {
    const env = { PULUMI_CONFIG_PASSPHRASE_FILE: '/nowhere' };
    await expect(resolvePassphrase({ env, readFile, prompt })).rejects.toThrow(/PULUMI_CONFIG_PASSPHRASE_FILE.*ENOENT/);
  });
});

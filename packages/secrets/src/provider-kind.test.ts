import { expect, test } from 'vitest';
import { kindOfProvider, kindOfProviderName } from './provider-kind.ts';

test.each([
  ['default', 'passphrase'],
  ['passphrase', 'passphrase'],
  ['awskms://alias/a', 'aws-kms'],
])('%s is a %s', (name, kind) => {
  expect(kindOfProviderName(name)).toBe(kind);
});

test.each([
  ['gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k', 'a key of Google Cloud KMS (gcpkms://)'],
  ['azurekeyvault://vault.vault.azure.net/keys/k', 'a key of Azure Key Vault (azurekeyvault://)'],
  ['hashivault://mykey', 'a key of HashiCorp Vault (hashivault://)'],
])('%s is recognised, and refused for a new stack and of an old one', (url, name) => {
  expect(() => kindOfProviderName(url)).toThrow(
    `secrets cannot be sealed by ${name}: this version of Radiant knows passphrases and keys of AWS KMS`,
  );
  expect(() => kindOfProvider({ type: 'cloud', state: { url, encryptedkey: 'AQID' } }, 'dev')).toThrow(
    `the secrets of stack 'dev' are sealed by ${name}, which this version of Radiant cannot open`,
  );
});

test('the service of Pulumi Cloud is recognised, and what nobody knows is repeated', () => {
  const service = { type: 'service', state: { url: 'https://api.pulumi.com', owner: 'o', project: 'p', stack: 's' } };
  expect(() => kindOfProvider(service, 'dev')).toThrow(/sealed by the service of Pulumi Cloud, which/);
  expect(() => kindOfProvider(service, 'dev')).toThrow(/pulumi stack change-secrets-provider passphrase/);
  expect(() => kindOfProviderName('constructor')).toThrow(/sealed by "constructor"/);
});

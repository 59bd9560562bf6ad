import type { KMSClient } from '@aws-sdk/client-kms';
import { type AwsKmsLocation, parseAwsKmsUrl } from './aws-kms-url.ts';
import { keyUnusable, type SealingKey } from './sealing-key.ts';

/** A key of AWS KMS. Credentials are found as Amazon's own tools find them; the library is loaded on first use. */
export function awsKmsKey(url: string): SealingKey {
  const location = parseAwsKmsUrl(url);
  const { keyId, context } = location;
  return {
    seal: (plaintext) =>
      request(location, async (client, { EncryptCommand }) => {
        const command = new EncryptCommand({ KeyId: keyId, Plaintext: plaintext, EncryptionContext: context });
        return (await client.send(command)).CiphertextBlob;
      }),
    // What is sealed says by which key: an alias that has moved on still opens what it sealed before.
    open: (sealed) =>
      request(location, async (client, { DecryptCommand }) => {
        const command = new DecryptCommand({ CiphertextBlob: sealed, EncryptionContext: context });
        return (await client.send(command)).Plaintext;
      }),
  };
}

type Sdk = typeof import('@aws-sdk/client-kms');

async function request(
  location: AwsKmsLocation,
  send: (client: KMSClient, sdk: Sdk) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  const sdk = await import('@aws-sdk/client-kms');
  const { region, profile, endpoint } = location;
  const client = new sdk.KMSClient({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    // HTTPS_PROXY and NO_PROXY, of which the SDK itself knows nothing.
    requestHandler: { httpAgent: { proxyEnv: process.env }, httpsAgent: { proxyEnv: process.env } },
  });
  try {
    const answer = await send(client, sdk);
    if (answer === undefined) throw new Error('it answered with nothing');
    return answer;
  } catch (error) {
    throw explain(location, error as Error);
  } finally {
    client.destroy();
  }
}

const credentialsRemedy =
  'Credentials are looked for as the AWS command line does: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE ' +
  'or ?profile=NAME in the URL, `aws sso login`, or the role of the machine.';

function explain({ url, keyId }: AwsKmsLocation, error: Error): Error {
  const said = error.message.split('\n')[0]!;
  const unusable = (why: string, remedy: string) => keyUnusable(url, why, remedy, error);
  switch (error.name) {
    case 'CredentialsProviderError':
      return unusable(`no AWS credentials were found (${said})`, credentialsRemedy);
    case 'ExpiredTokenException':
      return unusable('the AWS credentials have expired', 'Renew them (`aws sso login`), then try again.');
    case 'UnrecognizedClientException':
    case 'InvalidSignatureException':
      return unusable(`AWS does not accept the credentials (${error.name})`, credentialsRemedy);
    case 'AccessDeniedException':
      return unusable(`access denied (${said})`, 'The credentials need kms:Encrypt and kms:Decrypt on the key.');
    case 'NotFoundException':
      return unusable(
        `AWS KMS has no key ${keyId} (${said})`,
        'Correct the key or its region in the URL:\n    aws kms list-aliases --region REGION',
      );
    case 'DisabledException':
    case 'KMSInvalidStateException':
      return unusable(said, `Enable it, or cancel its deletion:\n    aws kms enable-key --key-id ${keyId}`);
    case 'InvalidCiphertextException':
    case 'IncorrectKeyException':
      return unusable(
        'it did not seal what it is to open',
        'Restore `secretsprovider`, with its context_… parameters, and `encryptedkey` in Pulumi.<stack>.yaml, or `secrets_providers` in the state, from a copy.',
      );
  }
  if (/region is missing/i.test(said))
    return unusable('no region is set', `Name it in the URL:\n    awskms://${keyId}?region=REGION`);
  return unusable(said, 'See that AWS KMS can be reached from here, then try again.');
}

import { expect, test } from 'vitest';
import { parseAwsKmsUrl } from './aws-kms-url.ts';

const arn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

test.each([
  ['awskms://alias/ExampleAlias?region=us-east-1', { keyId: 'alias/ExampleAlias', region: 'us-east-1' }],
  [
    'awskms://1234abcd-12ab-34cd-56ef-1234567890ab',
    { keyId: '1234abcd-12ab-34cd-56ef-1234567890ab', region: undefined },
  ],
  [`awskms:///${arn}?region=us-east-1&awssdk=v2`, { keyId: arn, region: 'us-east-1' }],
  [`awskms://${arn}`, { keyId: arn, region: 'eu-central-1' }],
  [
    'awskms://alias/a?profile=ops&endpoint=http://127.0.0.1:1&context_stack=dev&context_a=b%20c',
    { keyId: 'alias/a', profile: 'ops', endpoint: 'http://127.0.0.1:1', context: { stack: 'dev', a: 'b c' } },
  ],
])('%s names a key', (url, expected) => {
  expect(parseAwsKmsUrl(url)).toMatchObject({ url, ...expected });
});

test.each([
  ['awskms://', /it names no key/],
  ['awskms://?region=eu', /it names no key/],
  ['awskms://alias/a?regoin=eu', /"regoin" is none of region, profile, endpoint, awssdk and context_NAME/],
])('%s is refused', (url, message) => {
  expect(() => parseAwsKmsUrl(url)).toThrow(message);
});

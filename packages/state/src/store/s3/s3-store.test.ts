import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startAnswering, startProxy } from '../../testing/servers/answering-server.ts';
import { noS3Server, type S3Server, startS3Server, testCredentials } from '../../testing/servers/s3-server.ts';
import { describeStore } from '../../testing/store-conformance.ts';
import { createS3Store } from './s3-store.ts';

let server: S3Server | undefined;
beforeAll(async () => {
  if (noS3Server === undefined) server = await startS3Server();
}, 300_000);
afterAll(() => server?.stop());

describeStore(
  'a bucket of S3',
  async () => {
    const url = await server!.newBucket();
    return () => createS3Store(url, { credentials: testCredentials });
  },
  noS3Server,
);

const errorXml = (code: string, message = 'No.', rest = '') =>
  `<Error><Code>${code}</Code><Message>${message}</Message>${rest}</Error>`;

describe('a bucket that cannot be used', () => {
  const open = (endpoint: string, settings: object = {}) =>
    createS3Store(`s3://states/team?region=us-east-1&endpoint=${endpoint}`, {
      credentials: testCredentials,
      maxAttempts: 1,
      ...settings,
    });

  test('because its service ignores conditions is refused before anything is written', async () => {
    const store = open(await startAnswering({ status: 200, body: '' }));
    const creating = store.create('k', Buffer.from('1'), 'lasting');
    await expect(creating).rejects.toMatchObject({ code: 'STORE_UNSAFE' });
    await expect(creating).rejects.toThrow(/"states" at http:\/\/127.* cannot hold states: it overwrites an object/);
    await expect(store.createLog('l')).rejects.toMatchObject({ code: 'STORE_UNSAFE' });
  });

  test('because its service knows no conditions is refused with what it said', async () => {
    const answer = '<Error><Code>NotImplemented</Code><Message>A header is not implemented.</Message></Error>';
    const store = open(await startAnswering({ status: 501, body: answer }));
    await expect(store.create('k', Buffer.from('1'), 'lasting')).rejects.toThrow(
      /cannot write s3:\/\/states\/team\/.*does not know a request that is needed \(A header is not implemented\.\)/,
    );
  });

  test('because access is denied says which action on which object', async () => {
    const store = open(await startAnswering({ status: 403, body: errorXml('AccessDenied') }));
    await expect(store.get('a/b.json')).rejects.toThrow(
      'cannot read s3://states/team/a/b.json: access denied: s3:GetObject on s3://states/team/a/b.json',
    );
    await expect(store.put('a/b.json', Buffer.from('1'), 'lasting')).rejects.toThrow(
      'cannot write s3://states/team/a/b.json: access denied: s3:PutObject on s3://states/team/a/b.json',
    );
    await expect(store.list('a')).rejects.toThrow('access denied: s3:ListBucket');
  });

  test.each([
    [
      301,
      errorXml('PermanentRedirect', 'Use the endpoint.'),
      /is in another region \(Use the endpoint\.\)[\s\S]*s3:\/\/states\/team\?region=REGION/,
    ],
    [
      400,
      errorXml('AuthorizationHeaderMalformed', 'wrong', '<Region>eu-west-1</Region>'),
      /is in another region[\s\S]*s3:\/\/states\/team\?region=eu-west-1/,
    ],
    [404, errorXml('NoSuchBucket'), /the bucket "states" does not exist[\s\S]*aws s3 mb s3:\/\/states/],
    [400, errorXml('ExpiredToken'), /the AWS credentials have expired[\s\S]*aws sso login/],
    [403, errorXml('InvalidAccessKeyId'), /does not accept the credentials \(InvalidAccessKeyId\)/],
    [403, errorXml('SignatureDoesNotMatch'), /does not accept the credentials \(SignatureDoesNotMatch\)/],
    [403, errorXml('RequestTimeTooSkewed'), /the clocks of this machine and of http.* differ too much \(here it is 2/],
    [403, '<html><head>Denied', /access denied: s3:ListBucket/],
  ])('because of an answer of %i, %s, says what to do', async (status, body, expected) => {
    await expect(open(await startAnswering({ status, body })).list('a')).rejects.toThrow(expected);
  });

  test('because nobody answers says so, and where it was looked for', async () => {
    const writing = open('http://127.0.0.1:1').put('k', Buffer.from('1'), 'lasting');
    await expect(writing).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
    await expect(writing).rejects.toThrow(/http:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED/);
  });

  test('because no credentials are found says where they are looked for', async () => {
    const credentials = () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    await expect(open('http://127.0.0.1:1', { credentials }).get('k')).rejects.toThrow(
      /no AWS credentials were found[\s\S]*AWS_ACCESS_KEY_ID/,
    );
  });

  test.skipIf(noS3Server !== undefined)('because it does not exist is named', async () => {
    const store = open(server!.endpoint);
    await expect(store.list('')).rejects.toThrow('the bucket "states" does not exist');
    await expect(store.get('k')).rejects.toThrow('the bucket "states" does not exist');
  });
});

describe('a request to S3', () => {
  const open = (endpoint: string) =>
    createS3Store(`s3://states/team?region=us-east-1&endpoint=${endpoint}`, { credentials: testCredentials });

  test.each([500, 502, 503, 504])('that something on the way answers with %i in HTML is sent again', async (status) => {
    const body = `<!doctype html>\n<html lang=en>\n<title>${status}</title>\n<h1>Internal & Error</h1>\n<p>Sorry.`;
    const failure = { status, body, type: 'text/html; charset=utf-8' };
    const found = {
      status: 200,
      body: '<ListBucketResult><Contents><Key>team/a/x</Key></Contents></ListBucketResult>',
    };
    const store = open(await startAnswering(failure, failure, found));
    expect(await store.list('a')).toEqual([{ name: 'x', kind: 'object' }]);
    const writing = open(await startAnswering(failure, failure, { status: 200, body: '' }));
    await writing.put('a/x', Buffer.from('1'), 'lasting');
  });

  test('goes through the proxy that HTTP_PROXY or HTTPS_PROXY names, unless NO_PROXY excepts the host', async () => {
    const proxy = await startProxy();
    vi.stubEnv('HTTP_PROXY', proxy.address);
    vi.stubEnv('HTTPS_PROXY', proxy.address);
    expect(await open('http://plain.invalid').list('a')).toEqual([]);
    await expect(
      createS3Store('s3://states?region=us-east-1', { credentials: testCredentials, maxAttempts: 1 }).list('a'),
    ).rejects.toThrow('cannot be reached');
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    await open(await startAnswering({ status: 200, body: '<ListBucketResult></ListBucketResult>' })).list('a');
    expect(proxy.asked).toEqual([
      expect.stringMatching(/^GET http:\/\/plain\.invalid\/states\/?\?/),
      'CONNECT states.s3.us-east-1.amazonaws.com:443',
    ]);
    vi.unstubAllEnvs();
  });
});

describe.skipIf(noS3Server !== undefined)('a bucket of S3', () => {
  test('forgets what a writer left of a log that was deleted', async () => {
    const url = await server!.newBucket();
    const store = createS3Store(url, { credentials: testCredentials });
    const log = (await store.createLog('f/l.log'))!;
    await log.append(Buffer.from('1'));
    await store.put('f/l.log.segments/11111111-1111-1111-1111-111111111111-00000001', Buffer.from('x'), 'passing');
    await store.tidy('f');
    expect(Buffer.from((await store.readLog('f/l.log'))!.bytes).toString()).toBe('1');
    expect(await store.list('f/l.log.segments')).toHaveLength(1);
    await store.delete('f/l.log');
    await store.tidy('f');
    expect(await store.list('f/l.log.segments')).toEqual([]);
  });
});

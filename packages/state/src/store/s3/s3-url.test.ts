import { describe, expect, test } from 'vitest';
import { parseS3Url } from './s3-url.ts';

describe('the URL of a bucket', () => {
  test('names bucket and prefix, as path or as parameter', () => {
    expect(parseS3Url('s3://states')).toMatchObject({ bucket: 'states', prefix: '' });
    expect(parseS3Url('s3://states/team/a/')).toMatchObject({ bucket: 'states', prefix: 'team/a/' });
    expect(parseS3Url('s3://states?prefix=team/')).toMatchObject({ bucket: 'states', prefix: 'team/' });
  });

  test.each([
    ['region=eu-west-1&profile=ops', { region: 'eu-west-1', profile: 'ops' }],
    ['endpoint=https://minio:9000', { endpoint: 'https://minio:9000' }],
    ['endpoint=minio:9000', { endpoint: 'https://minio:9000' }],
    ['endpoint=minio:9000&disableSSL=true', { endpoint: 'http://minio:9000' }],
    ['endpoint=https://minio:9000&disable_https=1', { endpoint: 'http://minio:9000' }],
    ['endpoint=http%3A%2F%2Fminio%3A9000', { endpoint: 'http://minio:9000' }],
    ['s3ForcePathStyle=true', { isPathStyle: true }],
    ['use_path_style=false', { isPathStyle: false }],
    ['awssdk=v2&hostname_immutable=true', { bucket: 'b' }],
    ['ssetype=aws:kms&kmskeyid=alias/k', { encryption: 'aws:kms', kmsKeyId: 'alias/k' }],
  ])('understands %s', (query, expected) => {
    expect(parseS3Url(`s3://b/p?${query}`)).toMatchObject(expected);
  });

  test.each([
    ['s3://', 'it names no bucket'],
    ['s3:///p', 'it names no bucket'],
    ['s3://b?regoin=x', 'it has the unknown parameter "regoin"'],
    ['s3://b?s3ForcePathStyle=maybe', 'should be true or false'],
    ['s3://id:hunter2@b?x=1', 'it has the unknown parameter "x"'],
  ])('%s is refused: %s', (url, reason) => {
    expect(() => parseS3Url(url)).toThrow(reason);
    expect(() => parseS3Url(url)).not.toThrow('hunter2');
  });
});

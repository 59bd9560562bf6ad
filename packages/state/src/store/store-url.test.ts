import { expect, test } from 'vitest';
import { displayStoreUrl } from './store-url.ts';

test.each([
  ['postgres://ada:hunter2@db/states', 'postgres://ada@db/states'],
  ['postgres://ada@db/states?sslmode=require', 'postgres://ada@db/states?sslmode=require'],
  ['postgres://ada:hun/ter2@db/states', 'postgres://ada@db/states'],
  ['postgres://ada:p@hunter2@db/states', 'postgres://ada@db/states'],
  ['postgresql://db/states?user=ada&password=hunter2', 'postgresql://db/states?user=ada'],
  ['postgres://db/states?PASSWORD=hunter2', 'postgres://db/states'],
  ['s3://b/p?region=eu-west-1', 's3://b/p?region=eu-west-1'],
  ['s3://b?endpoint=http://id:hunter2@minio:9000', 's3://b?endpoint=http://minio:9000'],
  ['s3://b?endpoint=http%3A%2F%2Fid%3Ahunter2%40minio', 's3://b?endpoint=http%3A%2F%2Fminio'],
  ['file:///srv/a@b', 'file:///srv/a@b'],
  ['postgres://ada:hunter2?x@db/states', 'postgres://ada@db/states'],
])('%s is shown as %s', (url, shown) => {
  expect(displayStoreUrl(url)).toBe(shown);
});

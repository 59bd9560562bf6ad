import { expect, test } from 'vitest';
import { looksLikeSecret } from './looks-like-secret.ts';

test.each([
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'AKIAIOSFODNN7EXAMPLE',
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'a1b2c3d4e5f6',
  'x9$Lk2!pQ7vb',
  '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
])('a token %s looks like a secret', (value) => {
  expect(looksLikeSecret('apiToken', value)).toBe(true);
  expect(looksLikeSecret('dbPassword', value)).toBe(true);
  expect(looksLikeSecret('image', value)).toBe(false);
});

test.each([
  '',
  'true',
  '3600',
  '1234567890',
  'production',
  'my-secret-name',
  'aaaaaaaaaaaaaaaa',
  'vault',
  'db/passwords',
])('a token %j does not', (value) => {
  expect(looksLikeSecret('token', value)).toBe(false);
});

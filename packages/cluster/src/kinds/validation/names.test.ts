import { expect, test } from 'vitest';
import {
  configKey,
  labelValue,
  portName,
  qualifiedName,
  rfc1035Label,
  rfc1123Label,
  rfc1123Subdomain,
} from './names.ts';

test('Names that fit are not complained of', () => {
  expect([
    ...rfc1123Label('my-name'),
    ...rfc1123Subdomain('a.b-c.d1'),
    ...rfc1035Label('web'),
    ...qualifiedName('example.com/My_Name.1'),
    ...labelValue(''),
    ...labelValue('A.b_c-1'),
    ...configKey('application.properties'),
    ...portName('http-alt'),
  ]).toEqual([]);
});

test.each([
  [
    rfc1123Subdomain,
    'My_Name',
    [
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  [rfc1123Label, 'a'.repeat(64), ['must be no more than 63 characters']],
  [
    rfc1035Label,
    '1web',
    [
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [qualifiedName, '/name', ['prefix part must be non-empty']],
  [portName, '8080', ['must contain at least one letter (a-z)']],
  [portName, 'much-too-long-name', ['must be no more than 15 characters']],
  [configKey, '..', ["must not be '..'"]],
])('%o refuses %s in the API server’s words', (check, value, messages) => {
  expect(check(value)).toEqual(messages);
});

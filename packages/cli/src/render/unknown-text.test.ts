import { Unknown, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { unknownText } from './unknown-text.ts';

const urn = 'urn:pulumi:dev::proj::a:b:C::web' as Urn;

test.each([
  [undefined, '[unknown]'],
  [{ urn }, '[unknown: an output of web]'],
  [{ urn, after: 'replace' }, '[unknown: an output of web, known after it is replaced]'],
  [{ urn, property: 'ip', after: 'create' }, '[unknown: output of web.ip, known after it is created]'],
  [
    { urn, property: 'ports[0].node', after: 'update' },
    '[unknown: output of web.ports[0].node, known after it is updated]',
  ],
  [{ urn, property: '["a.b"]', after: 'read' }, '[unknown: output of web["a.b"], known after it is read]'],
] as const)('%j', (source, text) => {
  expect(unknownText(new Unknown(source))).toBe(text);
});

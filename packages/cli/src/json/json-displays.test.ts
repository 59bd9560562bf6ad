import { Unknown, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { planned, resource, step, summaryOf, summed } from '../../test/operation-events.ts';
import { previewDigestDisplay } from './json-displays.ts';

test('a preview for machines says why inputs are unknown, and writes them as unknown all the same', () => {
  let text = '';
  const display = previewDigestDisplay(
    (chunk) => {
      text += chunk;
    },
    () => {},
    'masked',
  );
  const urn = 'urn:pulumi:dev::day::a:b:C::web' as Urn;
  const inputs = { data: { ip: new Unknown({ urn, property: 'ip', after: 'create' }), other: new Unknown() } };
  for (const event of planned(step('create', { new: resource({ name: 'settings', inputs }) }))) display.event(event);
  const summary = summaryOf('preview', { create: 1 });
  display.event(summed(summary));
  display.finish({ result: 'succeeded', summary, outputs: {}, oldOutputs: {}, resourceCount: 0, exitCode: 0 });
  const [digested] = JSON.parse(text).steps;
  const sentinel = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
  expect(digested.newState.inputs).toEqual({ data: { ip: sentinel, other: sentinel } });
  expect(digested.unknownReasons).toEqual({ 'data.ip': 'output of web.ip, known after it is created' });
});

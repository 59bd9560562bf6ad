import { expect, test } from 'vitest';
import type { Given } from '../args/given.ts';
import { operationOptions } from './operation-settings.ts';

function given(flags: { readonly clears?: boolean; readonly imports?: readonly string[] }): Given {
  return {
    flag: (name: string) => name === 'clear-pending-creates' && flags.clears === true,
    value: () => undefined,
    values: (name: string) => (name === 'import-pending-creates' ? (flags.imports ?? []) : []),
    integer: () => undefined,
    optionalBoolean: () => undefined,
  } as unknown as Given;
}

const urn = 'urn:pulumi:dev::p::a:b:C::name';

test('what the user knows of interrupted creations reaches the operation', () => {
  expect(operationOptions(given({})).pendingCreates).toBeUndefined();
  expect(operationOptions(given({ clears: true })).pendingCreates).toEqual({ imports: {}, clearsOthers: true });
  expect(operationOptions(given({ imports: [`${urn},id,with,commas`] })).pendingCreates).toEqual({
    imports: { [urn]: 'id,with,commas' },
    clearsOthers: false,
  });
});

test.each([urn, `${urn},`, 'name,id'])('%j is no interrupted creation', (pair) => {
  expect(() => operationOptions(given({ imports: [pair] }))).toThrow('--import-pending-creates takes URN,ID');
});

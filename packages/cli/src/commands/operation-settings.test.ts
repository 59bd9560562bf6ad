import { expect, test } from 'vitest';
import { type Given, givenFrom } from '../args/given.ts';
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
  expect(operationOptions(given({}), {}, '.').pendingCreates).toBeUndefined();
  expect(operationOptions(given({ clears: true }), {}, '.').pendingCreates).toEqual({
    imports: {},
    clearsOthers: true,
  });
  expect(operationOptions(given({ imports: [`${urn},id,with,commas`] }), {}, '.').pendingCreates).toEqual({
    imports: { [urn]: 'id,with,commas' },
    clearsOthers: false,
  });
  // The established CLI takes them apart.
  expect(operationOptions(given({ imports: [urn, 'one', `${urn}2,two`] }), {}, '.').pendingCreates?.imports).toEqual({
    [urn]: 'one',
    [`${urn}2`]: 'two',
  });
});

test.each([urn, `${urn},`, 'name,id'])('%j is no interrupted creation', (pair) => {
  expect(() => operationOptions(given({ imports: [pair] }), {}, '.')).toThrow('--import-pending-creates takes URN,ID');
});

test('targets and excludes are taken as they are, commas and all', () => {
  const flags = { target: ['a,b', '**::c'], targetReplace: ['d'], replace: ['e'], targetDependents: true };
  expect(operationOptions(givenFrom(flags, []), {}, '.')).toMatchObject({
    targets: ['a,b', '**::c', 'd'],
    replaces: ['e', 'd'],
    targetDependents: true,
  });
  const excludes = { exclude: ['a,b'], excludeDependents: true };
  expect(operationOptions(givenFrom(excludes, []), {}, '.')).toMatchObject({
    excludes: ['a,b'],
    excludeDependents: true,
  });
});

test.each([
  [{ target: ['a'], exclude: ['b'] }, '--target and --exclude cannot be used together'],
  [{ targetReplace: ['a'], exclude: ['b'] }, '--target and --exclude cannot be used together'],
  [{ target: ['a'], excludeProtected: true }, '--exclude-protected cannot be used together with --target or --exclude'],
  [
    { exclude: ['a'], excludeProtected: true },
    '--exclude-protected cannot be used together with --target or --exclude',
  ],
])('%j contradicts itself', (flags, text) => {
  expect(() => operationOptions(givenFrom(flags, []), {}, '.')).toThrow(text);
});

test('the environment says what flags do not', () => {
  const env = { PULUMI_RUN_PROGRAM: 'true', PULUMI_CONTINUE_ON_ERROR: '1' };
  expect(operationOptions(givenFrom({}, []), env, '.')).toMatchObject({ runProgram: true, continueOnError: true });
  expect(operationOptions(givenFrom({ runProgram: 'false' }, []), env, '.')).not.toHaveProperty('runProgram');
  expect(operationOptions(givenFrom({ runProgram: true }, []), {}, '.')).toMatchObject({ runProgram: true });
});

test.each(['8', '0', '-1'])(
  '--parallel %s reaches the operation as it is: what is below one bounds nothing',
  (parallel) => {
    expect(operationOptions(givenFrom({ parallel }, []), {}, '.').parallel).toBe(Number(parallel));
  },
);

import { expect, test } from 'vitest';
import { duplicateFields } from './duplicate-fields.ts';

test.each([
  ['{"a":1,"b":2}', []],
  ['{"a":1,"a":2}', ['a']],
  ['{"a":{"b":1},"c":{"b":2}}', []],
  ['{"spec":{"containers":[{"name":"x"},{"name":"y","name":"z"}]}}', ['spec.containers[1].name']],
  ['{"a":"b","b":"a"}', []],
  ['{"a":"\\"a\\":1","b":[{"x":[1,2]},{"x":1}]}', []],
  ['{"a\\u0062":1,"ab":2}', ['ab']],
  ['[{"a":1},{"a":1}]', []],
])('%s', (text, found) => {
  expect(duplicateFields(text)).toEqual(found);
});

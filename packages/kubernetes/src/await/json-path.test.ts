import { expect, test } from 'vitest';
import { parseJsonPath, selectJson } from './json-path.ts';

const pod = {
  metadata: { labels: { 'a.b/c': 'x' } },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Odd', status: 'False' },
    ],
    ports: [1, 2, 3],
  },
};

test.each([
  ['.status.phase', ['Running']],
  ['$.status.phase', ['Running']],
  ['status.phase', ['Running']],
  ['.metadata.labels["a.b/c"]', ['x']],
  ['.status.ports[-1]', [3]],
  ['.status.ports[*]', [1, 2, 3]],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  ["$.status.conditions[?@.type == 'Odd'].status", ['False']],
  ['.status.conditions[?(@.type!="Odd")].type', ['Ready']],
  ['..type', ['Ready', 'Odd']],
  ['.status.nothing', []],
])('%s', (path, found) => {
  expect(selectJson(pod, parseJsonPath(path))).toEqual(found);
});

test.each(['', '.a[', '.a[?(@.b~=1)]', '.a b'])('"%s" is refused', (path) => {
  expect(() => parseJsonPath(path)).toThrow(/path/i);
});

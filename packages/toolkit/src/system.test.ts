import { expect, test } from 'vitest';
import { systemRandom } from './system.ts';

test('a preview and the up after it share their seeds, other resources and later states do not', () => {
  const preview = systemRandom('2026-01-01T00:00:00Z').seed('urn:a');
  expect(preview).toHaveLength(32);
  expect(systemRandom('2026-01-01T00:00:00Z').seed('urn:a')).toEqual(preview);
  expect(systemRandom('2026-01-01T00:00:00Z').seed('urn:b')).not.toEqual(preview);
  expect(systemRandom('2026-01-01T00:00:01Z').seed('urn:a')).not.toEqual(preview);
});

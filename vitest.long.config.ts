import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The exhaustive tier: every crash point, many seeds. Minutes, not seconds; not part of CI. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['tests/long/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 1_800_000,
    fileParallelism: false,
  },
});

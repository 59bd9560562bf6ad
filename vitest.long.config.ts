import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The exhaustive tier: every moment of a kill, many seeds. Hours, not seconds; not part of CI. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      'tests/long/**/*.test.ts',
      'tests/lifecycle/**/*.test.ts',
      'tests/simulation/**/*.test.ts',
      'tests/state/engine-faults.test.ts',
      'packages/state/src/backend/*.test.ts',
    ],
    exclude: ['**/node_modules/**'],
    env: {
      SIMULATION_RUNS: process.env.SIMULATION_RUNS ?? '5000',
      CONTENDERS: process.env.CONTENDERS ?? '100',
      CONTENTION_MS: process.env.CONTENTION_MS ?? '60000',
    },
    testTimeout: 1_800_000,
    fileParallelism: false,
  },
});

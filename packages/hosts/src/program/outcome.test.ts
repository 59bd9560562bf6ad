import { expect, test } from 'vitest';
import { programResult } from './outcome.ts';

test('an exit code says whether the program finished, failed and said so, or failed in silence', () => {
  expect(programResult(0, null, [])).toEqual({ kind: 'finished' });
  expect(programResult(32, null, [])).toEqual({ kind: 'failed-reported' });
  expect(programResult(1, null, ['x'])).toMatchObject({
    kind: 'failed',
    exitCode: 1,
    message: 'Program exited with non-zero exit code: 1',
    stderrTail: ['x'],
  });
  expect(programResult(null, 'SIGSEGV', [])).toMatchObject({ message: 'Program was ended by signal SIGSEGV' });
});

test('running out of memory comes with the option that gives more', () => {
  const output = ['<--- Last few GCs --->', '', 'FATAL ERROR: Reached heap limit Allocation failed'];
  const result = programResult(null, 'SIGABRT', output);
  expect(result).toMatchObject({ message: expect.stringContaining('--max-old-space-size') });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { systemProcesses } from './process-identity.ts';

test('a process knows itself, the same at every call', async () => {
  const self = await systemProcesses.self();
  expect(self.pid).toBe(process.pid);
  expect(await systemProcesses.self()).toEqual(self);
  expect(await systemProcesses.livenessOf(self)).toBe('alive');
});

test('a process that has ended is dead', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  const self = await systemProcesses.self();
  expect(await systemProcesses.livenessOf({ ...self, pid: child.pid! })).toBe('dead');
});

test.runIf(process.platform === 'linux')('a process that has another’s id is not mistaken for it', async () => {
  const self = await systemProcesses.self();
  expect(await systemProcesses.livenessOf({ ...self, startedAt: '1' })).toBe('dead');
});

test('of a process elsewhere, or of another boot, nothing is known', async () => {
  const self = await systemProcesses.self();
  expect(await systemProcesses.livenessOf({ ...self, host: 'elsewhere' })).toBe('unknown');
  expect(await systemProcesses.livenessOf({ ...self, realm: 'another boot' })).toBe('unknown');
});

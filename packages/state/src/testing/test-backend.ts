import type { Clock } from '@radiant/model';
import { type Backend, type BackendOptions, openBackendAt } from '../backend/backend.ts';
import type { OperationRequest, OperationResult } from '../backend/operation.ts';
import type { Processes, ProcessIdentity } from '../lease/process-identity.ts';
import type { FileSystem } from '../store/file-system.ts';
import { createPlainManager } from './plain-manager.ts';

export interface TestProcesses extends Processes {
  kill(identity: Pick<ProcessIdentity, 'pid'>): void;
}

/** Process ids that only exist here. `current` is the one that asks. */
export function createTestProcesses(): TestProcesses & { become(pid: number): void } {
  let current = 1;
  const dead = new Set<number>();
  return {
    become: (pid) => {
      current = pid;
    },
    kill: ({ pid }) => {
      dead.add(pid);
    },
    self: async () => ({ host: 'here', realm: 'boot', pid: current, startedAt: String(current) }),
    livenessOf: async ({ host, pid }) => {
      if (host !== 'here') return 'unknown';
      return dead.has(pid) ? 'dead' : 'alive';
    },
  };
}

export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** Time that stands still until it is moved; sleeping takes none. */
export function createTestClock(startMs = Date.UTC(2026, 0, 1)): TestClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    sleep: async () => undefined,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

export function openTestBackend(
  folder: string,
  options: Partial<BackendOptions> & { readonly files?: FileSystem } = {},
): Backend {
  return openTestBackendAt(`file://${folder}`, options);
}

export function openTestBackendAt(
  url: string,
  options: Partial<BackendOptions> & { readonly files?: FileSystem } = {},
): Backend {
  return openBackendAt(url, {
    home: '/nowhere',
    cwd: '/nowhere',
    toolVersion: 'v3.270.0+test',
    rescueFolders: [],
    user: 'ada',
    ...options,
  });
}

export const testSecrets = createPlainManager();

export const testUpdate: OperationRequest = {
  kind: 'update',
  message: 'a message',
  environment: { 'exec.kind': 'cli' },
  secrets: testSecrets,
};

export const testSuccess: OperationResult = { result: 'succeeded', changes: { create: 1 }, config: {} };

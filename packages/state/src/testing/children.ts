import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { testCredentials } from './servers/s3-server.ts';

/** A script of this folder in a process of its own, which ends with the test. */
export interface Child {
  readonly process: ChildProcess;
  /** Whole lines so far; what it says on stderr begins with `error: `. */
  readonly lines: string[];
  readonly ended: Promise<unknown>;
  /** Resolves once a line begins so. */
  said(beginning: string): Promise<void>;
}

export function startChild(script: string, ...args: string[]): Child {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { accessKeyId, secretAccessKey } = testCredentials;
  const env = { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const process_ = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const lines: string[] = [];
  let rest = '';
  process_.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
  });
  process_.stderr.setEncoding('utf8').on('data', (text: string) => lines.push(`error: ${text}`));
  onTestFinished(() => {
    process_.kill('SIGKILL');
  });
  return {
    process: process_,
    lines,
    ended: once(process_, 'close'),
    said: async (beginning) => {
      while (!lines.some((line) => line.startsWith(beginning))) await sleep(5);
    },
  };
}

import { EventEmitter } from 'node:events';
import type { StackLogLine } from '@radiant/toolkit';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../test/fake-context.ts';
import { stack } from '../../test/operation-events.ts';

const line = (text: string, container?: string): StackLogLine => ({
  time: new Date('2026-11-28T22:00:00.125Z'),
  text,
  urn: stack,
  namespace: 'default',
  pod: 'web-7d4b9c8f6d-x2v5q',
  ...(container !== undefined && { container }),
});

describe('logs', () => {
  it('shows each line with its time and the pod, and the container where there are several', async () => {
    const { out, calls, exitCode } = await runCli('logs --resource web --since 5m', {
      logs: [line('listening'), line('ready\u001b[2J', 'proxy')],
    });
    const [heading, , ...lines] = out.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-][\d:]+)/g, 'TIME').split('\n');
    expect(heading).toBe('Collecting logs for stack dev since TIME.');
    expect(lines).toEqual([
      expect.stringMatching(/^ +TIME\[ {10}web-7d4b9c8f6d-x2v5q\] listening$/),
      expect.stringMatching(/^ +TIME\[ {4}web-7d4b9c8f6d-x2v5q\/proxy\] ready$/),
      '',
    ]);
    expect(calls[0]).toMatch(/^logs \{"since":"\S+","isFollowed":false,"resource":"web"\}$/);
    expect(exitCode).toBe(0);
  });

  it('prints a list for machines', async () => {
    const { out } = await runCli('logs --json', { logs: [line('listening')] });
    expect(JSON.parse(out)).toEqual([
      {
        ID: 'web-7d4b9c8f6d-x2v5q',
        Timestamp: '2026-11-28T22:00:00.125Z',
        Message: 'listening',
        URN: stack,
        Namespace: 'default',
      },
    ]);
    expect((await runCli('logs --json', {})).out).toBe('[]\n');
  });

  it('follows until Ctrl-C, with one object after the other for machines', async () => {
    const signals = new EventEmitter();
    const finished = await runCli(
      'logs --follow --json',
      { logs: [line('one'), line('two')], onWrite: (text) => text.includes('two') && signals.emit('SIGINT', 'SIGINT') },
      signals,
    );
    expect(finished.out.match(/"Message": "(one|two)"/g)).toHaveLength(2);
    expect(finished.exitCode).toBe(0);
  });

  it('refuses a --since that is no time before anything is read', async () => {
    expect(await runCli('logs --since lately')).toMatchObject({ calls: [], exitCode: 1 });
  });
});

import type { EngineEvent } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { attachDebugger } from '../support/attach-debugger.ts';
import { ProgramStack, wires } from './harness/program-stack.ts';

const source = `import * as pulumi from '@pulumi/pulumi';
new pulumi.ComponentResource('test:index:Box', 'box');
console.error('to stderr');
`;

describe.each(wires)('a program under a debugger (%s)', (wire) => {
  test('waits, says where, can be followed in its TypeScript, and is otherwise as without', async () => {
    await using program = await ProgramStack.create({ 'index.ts': source }, { wire });
    let maps: Promise<ReadonlyMap<string, string>> | undefined;
    const waiting: EngineEvent[] = [];
    const run = await program.up({ attachesDebugger: true }, (event) => {
      if (event.kind !== 'debugging-started') return;
      waiting.push(event);
      maps = attachDebugger(event.config);
    });
    expect(run.errors).toEqual([]);
    expect(run.result).toBe('succeeded');
    expect([...run.steps].sort()).toEqual(['create box', 'create proj-dev']);
    const said = run.diagnostics.filter(({ severity }) => severity !== 'debug');
    expect(said.map(({ message }) => message.trim())).toEqual(['to stderr']);
    expect(waiting).toEqual([expect.objectContaining({ message: expect.stringMatching(/^at 127\.0\.0\.1:\d+$/) })]);
    expect((await maps)?.get('index.ts')).toMatch(/^data:application\/json/);
  });
});

test('Ctrl-C ends a program that nobody attaches to', async () => {
  await using program = await ProgramStack.create({ 'index.ts': source });
  const drain = new AbortController();
  const run = await program.up({ attachesDebugger: true, drain: drain.signal }, (event) => {
    if (event.kind === 'debugging-started') drain.abort();
  });
  expect(run.result).toBe('cancelled');
});

import type { EngineEvent } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { attachDebugger } from '../support/attach-debugger.ts';
import { attachDebugpy } from '../support/attach-debugpy.ts';
import { ProgramStack, wires } from './harness/program-stack.ts';
import { pythonProject, pythonSdk } from './harness/python.ts';

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

describe.runIf(pythonSdk.kind === 'ready')(`a program in Python under a debugger${pythonSdk.why}`, () => {
  test('waits, says where, and is otherwise as without', async () => {
    const main = 'import sys\nimport pulumi\npulumi.export("a", 1)\nprint("to stderr", file=sys.stderr)\n';
    await using program = await ProgramStack.create(pythonProject({ '__main__.py': main }));
    let attached: Promise<void> | undefined;
    const run = await program.up({ attachesDebugger: true }, (event) => {
      if (event.kind !== 'debugging-started') return;
      const { host, port } = event.config.connect as { readonly host: string; readonly port: number };
      attached = attachDebugpy(host, port);
    });
    expect(run.errors).toEqual([]);
    expect(run.report.outputs).toEqual({ a: 1 });
    const said = run.diagnostics.filter(({ severity }) => severity !== 'debug');
    expect(said.map(({ message }) => message.trim())).toEqual(['to stderr']);
    await attached;
  });
});

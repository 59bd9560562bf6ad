import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect, test, vi } from 'vitest';
import { onLines } from '../lines.ts';
import { runProgram } from '../program/run-program.ts';
import { folderWith, programWith } from '../testing/program-folder.ts';
import { type EndedProgram, programOptions, runToEnd } from '../testing/run-to-end.ts';
import { startTrivialMonitor } from '../testing/trivial-monitor.ts';

// Each of these starts several processes, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

function errorsOf({ monitor }: EndedProgram): string {
  const errors = monitor.logged().filter(([severity]) => severity === 'error');
  return stripVTControlCharacters(errors.map(([, message]) => message).join('\n'));
}

test('a TypeScript program registers its resources, prints, and finishes', async () => {
  const ended = await runToEnd(
    programWith({
      'index.ts': `
        import * as pulumi from '@pulumi/pulumi';
        enum Size { Small = 'small' }
        class Box extends pulumi.ComponentResource {
          constructor(readonly label: string) { super('test:index:Box', label); }
        }
        new Box(Size.Small);
        console.log('grüße', new pulumi.Config().require('who'), pulumi.getStack(), process.argv.slice(2).join());
        console.error('to stderr');
        process.stdout.write('no end of line');`,
    }),
    { config: { 'project:who': 'Hari' }, configSecretKeys: [], args: ['one', 'two'] },
  );
  expect(ended.result).toEqual({ kind: 'finished' });
  expect(ended.stdout).toEqual(['grüße Hari stack one,two', 'no end of line']);
  expect(ended.stderr).toEqual(['to stderr']);
  const types = ended.monitor.calls
    .filter(({ method }) => method === 'registerResource')
    .map(({ request }) => request.type);
  expect(types).toEqual(['pulumi:pulumi:Stack', 'test:index:Box']);
});

test('no module of the SDK takes traces for its promises', async () => {
  const { stdout } = await runToEnd(
    programWith({
      'index.js': `
const { debuggablePromise } = require('@pulumi/pulumi/runtime/debuggable');
const promise = Promise.resolve();
debuggablePromise(promise, 'mine').then(() => console.log('_debugStackTrace' in promise));`,
    }),
  );
  expect(stdout).toEqual(['false']);
});

test('the program gets its config in the form its SDK reads', async () => {
  const ended = await runToEnd(
    programWith({
      'index.ts': `
console.log(process.env.PULUMI_CONFIG, process.env.PULUMI_CONFIG_SECRET_KEYS);`,
    }),
    { config: { 'project:token': 'x', 'kubernetes:context': 'c' }, configSecretKeys: ['project:token'] },
  );
  expect(ended.stdout).toEqual([
    '{"project:config:token":"x","kubernetes:config:context":"c"} ["project:config:token"]',
  ]);
});

test('the program sees nothing of what makes it quick', async () => {
  const own = Object.keys(process.env).filter((name) => name.startsWith('RADIANT'));
  const ended = await runToEnd(
    programWith({
      'index.ts': `console.log(JSON.stringify([process.execArgv, Object.keys(process.env).filter((n) => n.startsWith('RADIANT'))]));`,
    }),
    { runtimeOptions: { nodeargs: '--stack-trace-limit=20 "--title=a b"' } },
  );
  expect(JSON.parse(ended.stdout.join('\n'))).toEqual([['--stack-trace-limit=20', '--title=a b'], own]);
});

test('a thrown error is reported with the line of the TypeScript source', async () => {
  const ended = await runToEnd(
    programWith({
      'index.ts': `interface Unused { a: string }\n\nfunction fail(): never {\n  throw new Error('broken');\n}\nfail();\n`,
    }),
  );
  expect(ended.result).toEqual({ kind: 'failed-reported' });
  expect(errorsOf(ended)).toMatch(
    /Error: broken\n\s+at fail \(.*\/index\.ts:4:9\)\n\s+at .*Object\.<anonymous> \(.*\/index\.ts:6:1\)/,
  );
});

test('a rejected promise that nobody handles is reported with its line', async () => {
  const ended = await runToEnd(
    programWith({
      'index.ts': `type T = string;\nasync function later(): Promise<T> {\n  throw new Error('too late');\n}\nlater();\n`,
    }),
  );
  expect(ended.result).toEqual({ kind: 'failed-reported' });
  expect(errorsOf(ended)).toMatch(/Error: too late\n\s+at later \(.*\/index\.ts:3:9\)/);
});

test('a syntax error is reported with file, line, column, the line and a caret', async () => {
  const ended = await runToEnd(programWith({ 'index.ts': `const a: number = 1;\nconst b: number = ;\n` }));
  expect(ended.result).toEqual({ kind: 'failed-reported' });
  expect(errorsOf(ended)).toContain(
    'TSError: ⨯ Unable to compile TypeScript:\nindex.ts(2,19): error TS1109: Expression expected.',
  );
  expect(errorsOf(ended)).toContain('\n2 const b: number = ;\n                    ^');
});

test('a missing module is reported with the file that requires it', async () => {
  const ended = await runToEnd(programWith({ 'index.ts': `import { x } from './nowhere';\nexport const y = x;\n` }));
  expect(ended.result).toEqual({ kind: 'failed-reported' });
  expect(errorsOf(ended)).toMatch(/Cannot find module '\.\/nowhere'[\s\S]*index\.ts:1:1/);
});

test('a program that exits by itself with another code has failed', async () => {
  const ended = await runToEnd(programWith({ 'index.ts': `console.error('last words'); process.exit(3);` }));
  expect(ended.result).toEqual({
    kind: 'failed',
    exitCode: 3,
    signal: null,
    message: 'Program exited with non-zero exit code: 3',
    stderrTail: ['last words'],
  });
});

test('a JavaScript program runs as it is', async () => {
  const ended = await runToEnd(
    programWith({ 'index.js': `const pulumi = require('@pulumi/pulumi'); console.log(pulumi.getProject());` }),
    { runtimeOptions: { typescript: false } },
  );
  expect([ended.result, ended.stdout]).toEqual([{ kind: 'finished' }, ['project']]);
});

test('a program in a busy loop ends soon after the process that runs it is killed, group and all', async () => {
  const programDir = programWith({ 'index.ts': `console.log(process.pid); for (;;);` });
  const { address } = await startTrivialMonitor();
  const { onOutput: _, ...options } = programOptions(programDir, address);
  const host = fileURLToPath(new URL('../program/run-program.ts', import.meta.url));
  const parentDir = folderWith({
    'parent.ts': `
      import { runProgram } from ${JSON.stringify(host)};
      const options = ${JSON.stringify(options)};
      runProgram({ ...options, onOutput: (stream, line) => console.log(line) });`,
  });
  const parent = spawn(process.execPath, ['parent.ts'], {
    cwd: parentDir,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(await new Promise<string>((resolve) => onLines(parent.stdout, resolve)));
  process.kill(-parent.pid!, 'SIGKILL');
  await once(parent, 'exit');
  const end = Date.now() + 2000;
  const isRunning = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (isRunning() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isRunning()).toBe(false);
});

test('killing a program ends it, even one that does not listen', async () => {
  const { address } = await startTrivialMonitor();
  const programDir = programWith({
    'index.ts': `process.on('SIGTERM', () => {}); console.log('on'); setInterval(() => {}, 1000);`,
  });
  const { promise: isOn, resolve: on } = Promise.withResolvers<void>();
  const program = runProgram({ ...programOptions(programDir, address), onOutput: () => on() });
  await isOn;
  program.kill();
  expect(await program.done).toEqual({ kind: 'killed' });
});

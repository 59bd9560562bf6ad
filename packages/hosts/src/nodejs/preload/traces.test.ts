import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { folderWith } from '../../testing/program-folder.ts';
import { createTraces } from './traces.ts';

interface SourceMapSupport {
  install(options: { environment: string; handleUncaughtExceptions: boolean }): void;
}

const require = createRequire(createRequire(import.meta.url).resolve('@pulumi/pulumi'));

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

/** The formatter that the SDK installs by default; it installs itself once. */
const stock = ((): Prepare => {
  const before = Error.prepareStackTrace;
  (require('source-map-support') as SourceMapSupport).install({ environment: 'node', handleUncaughtExceptions: false });
  const installed = Error.prepareStackTrace as Prepare;
  Error.prepareStackTrace = before as Prepare;
  return installed;
})();

const noAliases = { preloadPath: '', aliases: () => new Map() };

/** The trace of what `fail` throws, as ours and the stock formatter make it from the same call sites. */
function bothTraces(fail: () => unknown): { ours: string; stock: () => string } {
  const { prepareStackTrace } = createTraces(noAliases);
  const before = Error.prepareStackTrace;
  let traces = { ours: '', stock: () => '' };
  Error.prepareStackTrace = (error, sites) => {
    traces = {
      ours: prepareStackTrace(error, sites as Parameters<typeof prepareStackTrace>[1]),
      stock: () => String(stock(error, sites)),
    };
    return traces.ours;
  };
  try {
    fail();
  } catch (error) {
    void (error as Error).stack;
  } finally {
    Error.prepareStackTrace = before as Prepare;
  }
  return traces;
}

/** Compiles a source as a build does, with the map beside the code or in it, and loads it. */
function load(source: string, map: 'beside' | 'inline'): Record<string, () => unknown> {
  const { outputText, sourceMapText = '' } = ts.transpileModule(source, {
    fileName: 'src/code.ts',
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      sourceMap: map === 'beside',
      inlineSourceMap: map === 'inline',
    },
  });
  const folder = folderWith({
    'package.json': '{}',
    'src/code.ts': source,
    'code.js': outputText,
    'code.js.map': sourceMapText,
  });
  return require(join(folder, 'code.js')) as Record<string, () => unknown>;
}

const source = `
interface Unused { a: string }
class Base { static of(): never { throw new RangeError('static'); } }
class Thing extends Base {
  constructor(readonly n: number) { super(); if (n > 1) throw new TypeError('constructed'); }
  get value(): string { throw new Error('got'); }
  ['a b'](): never { throw new Error('named oddly'); }
  aliased = () => { throw new Error('arrow in a field'); };
}
export function plain(): void { throw new Error('plain'); }
export const arrow = () => [1].map((n: number) => { throw new Error('mapped ' + n); });
export const constructed = () => new Thing(2);
export const getter = () => new Thing(1).value;
export const odd = () => new Thing(1)['a b']();
export const field = () => new Thing(1).aliased();
export const inherited = () => Thing.of();
export const reflected = () => Reflect.construct(Thing, [2]);
export const called = () => plain.call({ own: true } as unknown as void);
export const evaluated = () => eval('(function inner() { throw new Error("evaluated"); })()');
export const nested = () => eval('eval("throw new Error(\\'nested\\')")');
export const named = () => { const e = new Error(''); e.name = 'Odd'; throw e; };
export const nameless = () => { const e: Error = Object.create(null); Error.captureStackTrace(e); throw e; };
export const json = () => JSON.parse('{', (_, v) => v);
export const sorted = () => [3, 2].sort(() => plain() as never);
export const many = () => { const down = (n: number): never => n === 0 ? (plain() as never) : down(n - 1); down(30); };
`;

test('a trace is, letter by letter, what source-map-support makes of it', () => {
  for (const map of ['beside', 'inline'] as const) {
    for (const [name, fail] of Object.entries(load(source, map))) {
      const { ours, stock } = bothTraces(fail);
      expect(ours, name).toBe(stock());
      if (name !== 'nameless') expect(ours, name).toMatch(/code\.ts:\d+:\d+|evaluated|nested/);
    }
  }
});

test('code without a map, or with a damaged one, is shown as it runs', () => {
  for (const map of ['', '//# sourceMappingURL=nowhere.js.map', '//# sourceMappingURL=code.js.map']) {
    const folder = folderWith({
      'package.json': '{}',
      'code.js': `exports.fail = () => { throw new Error('x'); };\n${map}`,
      'code.js.map': '{"version":3,"sources":',
    });
    const { fail } = require(join(folder, 'code.js')) as { fail: () => void };
    expect(bothTraces(fail).ours).toContain(`${join(folder, 'code.js')}:1:`);
  }
});

test('scripts that name another source are mapped by it', () => {
  const fail = runInThisContext('(function fail() { throw new Error("renamed"); })\n//# sourceURL=/nowhere/renamed.js');
  const { ours, stock } = bothTraces(fail as () => void);
  expect(ours).toBe(stock());
});

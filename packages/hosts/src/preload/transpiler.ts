import { basename, extname } from 'node:path';
import type ts from 'typescript';
import type { Compiler, TypeScript } from './compiler.ts';
import { type CompilerConfig, isReported } from './compiler-config.ts';
import { type DiskCache, hashOf } from './disk-cache.ts';
import { typeScriptError } from './type-script-error.ts';

/** Goes into every key: raise it when what is kept for the same source changes. */
const formatVersion = '1';

export interface Transpiler {
  /** The JavaScript of one file, with its source map inline, as ts-node writes it. Throws a TSError. */
  transpile(code: string, fileName: string): string;
}

/** What a file is compiled to: an ES module, whatever the options say, or what they say. */
export type ModuleKind = 'as-configured' | 'module';

/** One way to compile: a compiler and the options for it, which are made when they are needed. */
export interface Compilation {
  readonly compiler: Compiler;
  readonly config: () => CompilerConfig;
}

/** Compiles each source once and keeps the result under its content. `compilations` are tried in order. */
export function createTranspiler(
  cache: DiskCache,
  compilations: readonly Compilation[],
  directory: string,
  kind: ModuleKind,
): Transpiler {
  const first = compilations[0]!;
  return {
    transpile(code, fileName) {
      const versions = compilations.map(({ compiler }) => `${compiler.path}@${compiler.version}`).join();
      const key = hashOf('transpiled', formatVersion, kind, versions, first.config().digest, directory, fileName, code);
      const kept = cache.read(key);
      if (kept !== undefined) return kept;
      const output = transpileWithFirst(compilations, code, fileName, directory, kind);
      cache.write(key, output);
      return output;
    },
  };
}

function transpileWithFirst(
  compilations: readonly Compilation[],
  code: string,
  fileName: string,
  directory: string,
  kind: ModuleKind,
): string {
  let failure: unknown;
  for (const { compiler, config } of compilations) {
    try {
      return transpileWith(compiler.load(), config(), code, fileName, directory, kind);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function transpileWith(
  typescript: TypeScript,
  config: CompilerConfig,
  code: string,
  fileName: string,
  directory: string,
  kind: ModuleKind,
): string {
  const compilerOptions = kind === 'module' ? asModuleOptions(typescript, config.options) : config.options;
  const result = typescript.transpileModule(code, { fileName, compilerOptions, reportDiagnostics: true });
  const errors = (result.diagnostics ?? []).filter(isReported);
  if (errors.length > 0) throw typeScriptError(typescript, withPositions(errors), directory);
  return withInlineMap(result, fileName, config);
}

function asModuleOptions(typescript: TypeScript, options: ts.CompilerOptions): ts.CompilerOptions {
  const { Bundler, Node10 } = typescript.ModuleResolutionKind;
  return { ...options, module: typescript.ModuleKind.ESNext, moduleResolution: Bundler ?? Node10 };
}

/** Errors about the options first, as ts-node lists them. */
function withPositions(errors: readonly ts.Diagnostic[]): readonly ts.Diagnostic[] {
  return [...errors.filter(({ file }) => file === undefined), ...errors.filter(({ file }) => file !== undefined)];
}

/** Puts the map where the compiler wrote the map's file name, which ends the text. */
function withInlineMap(result: ts.TranspileOutput, fileName: string, config: CompilerConfig): string {
  const { sourceRoot: _, ...map } = JSON.parse(result.sourceMapText ?? '{}') as Record<string, unknown>;
  const text = JSON.stringify({ ...map, file: fileName, sources: [fileName] });
  const extension = config.isJsxPreserved && /\.[tj]sx$/.test(fileName) ? '.jsx' : '.js';
  const reference = `${basename(fileName, extname(fileName))}${extension}.map`;
  const body = result.outputText.slice(0, -reference.length);
  return `${body}data:application/json;charset=utf-8;base64,${Buffer.from(text).toString('base64')}`;
}

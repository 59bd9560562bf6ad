import { basename, extname } from 'node:path';
import type ts from 'typescript';
import type { Compiler, TypeScript } from './compiler.ts';
import type { CompilerConfig } from './compiler-config.ts';
import { type DiskCache, hashOf } from './disk-cache.ts';
import { createEmitter, type Emitted, type Emitter } from './emitter.ts';
import { once } from './loading.ts';
import { remember } from './remembered.ts';

/** Goes into every key: raise it when what is kept for the same source changes. */
const formatVersion = '2';

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
  const versions = compilations.map(({ compiler }) => `${compiler.path}@${compiler.version}`).join();
  const digest = once(() => compilations[0]!.config().digest);
  const emitters = compilations.map((compilation) => once(() => openEmitter(compilation, directory, kind)));
  return {
    transpile(code, fileName) {
      const key = hashOf('transpiled', formatVersion, kind, versions, digest(), directory, fileName, code);
      return remember(cache, key, (files) => {
        const { output, dependencies } = emitWithFirst(emitters, code, fileName);
        for (const path of dependencies) files.fileExists(path);
        return output;
      });
    },
  };
}

interface OpenEmitter {
  readonly emitter: Emitter;
  readonly config: CompilerConfig;
}

function openEmitter({ compiler, config }: Compilation, directory: string, kind: ModuleKind): OpenEmitter {
  const typescript = compiler.load();
  const { options } = config();
  const emitter = createEmitter(
    typescript,
    kind === 'module' ? asModuleOptions(typescript, options) : options,
    directory,
  );
  return { emitter, config: config() };
}

function emitWithFirst(
  emitters: ReadonlyArray<() => OpenEmitter>,
  code: string,
  fileName: string,
): { readonly output: string; readonly dependencies: readonly string[] } {
  let failure: unknown;
  for (const open of emitters) {
    try {
      const { emitter, config } = open();
      const emitted = emitter.emit(code, fileName);
      return { output: withInlineMap(emitted, fileName, config), dependencies: emitted.dependencies };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function asModuleOptions(typescript: TypeScript, options: ts.CompilerOptions): ts.CompilerOptions {
  const { Bundler, Node10 } = typescript.ModuleResolutionKind;
  return { ...options, module: typescript.ModuleKind.ESNext, moduleResolution: Bundler ?? Node10 };
}

/** Puts the map where the compiler wrote the map's file name, which ends the text. */
function withInlineMap(emitted: Emitted, fileName: string, config: CompilerConfig): string {
  const { sourceRoot: _, ...map } = JSON.parse(emitted.sourceMap) as Record<string, unknown>;
  const text = JSON.stringify({ ...map, file: fileName, sources: [fileName] });
  const extension = config.isJsxPreserved && /\.[tj]sx$/.test(fileName) ? '.jsx' : '.js';
  const reference = `${basename(fileName, extname(fileName))}${extension}.map`;
  const body = emitted.code.slice(0, -reference.length);
  return `${body}data:application/json;charset=utf-8;base64,${Buffer.from(text).toString('base64')}`;
}

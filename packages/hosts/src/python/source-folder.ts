import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type PythonOptions, readPythonOptions } from './options.ts';
import { toolchainOf } from './toolchain.ts';

type Options = Readonly<Record<string, unknown>>;

/** The virtual environment that `radiant install` makes for plugins and policy packs that name none. */
const usualEnvironment = 'venv';

/** The options of a folder of sources that is no project: a `venv` in it is its virtual environment. */
export function sourceFolderOptions(folder: string, options: Options): PythonOptions {
  const own = readPythonOptions(options);
  const hasUsual = own.virtualenv === undefined && existsSync(join(folder, usualEnvironment));
  return hasUsual ? { ...own, virtualenv: usualEnvironment } : own;
}

/** The options with which such a folder is installed: pip gets a virtual environment to install into. */
export function sourceFolderInstallOptions(folder: string, options: Options): Options {
  const toolchain = toolchainOf({ projectDir: folder, programDir: folder }, readPythonOptions(options));
  return toolchain === 'pip' ? { virtualenv: usualEnvironment, ...options } : options;
}

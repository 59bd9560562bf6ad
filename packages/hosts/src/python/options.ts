import { choiceOption, textOption } from '../runtime-options.ts';

export type Toolchain = 'pip' | 'poetry' | 'uv';
export type Typechecker = 'mypy' | 'pyright';

/** `runtime.options` of Pulumi.yaml for `python` (engine reference 1.7). */
export interface PythonOptions {
  /** What keeps the virtual environment and installs into it; undefined when the project does not say. */
  readonly toolchain: Toolchain | undefined;
  /** The folder of a virtual environment, relative to the project. */
  readonly virtualenv: string | undefined;
  readonly typechecker: Typechecker | undefined;
}

/** Reads `runtime.options`. Throws OperationError for a value that it cannot have. */
export function readPythonOptions(options: Readonly<Record<string, unknown>>): PythonOptions {
  return {
    toolchain: choiceOption('toolchain', options.toolchain, ['pip', 'poetry', 'uv']),
    virtualenv: textOption('virtualenv', options.virtualenv),
    typechecker: choiceOption('typechecker', options.typechecker, ['mypy', 'pyright']),
  };
}

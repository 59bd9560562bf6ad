import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Of one version with those of npm where there are both. */
const packages = ['pulumi==3.272.0', 'pulumi-kubernetes==4.34.2', 'pulumi-policy==1.21.0', 'mypy==1.18.2'];

/** A virtual environment with Pulumi's packages, or why there is none. */
export type PythonSdk =
  | { readonly kind: 'ready'; readonly venv: string; readonly why: '' }
  | { readonly kind: 'missing'; readonly venv: string; readonly why: string };

/** The environment that most tests run in. */
export const pythonSdk: PythonSdk = pythonEnvironment(packages);

/**
 * One with these packages of PyPI, made once for a machine and kept outside of the checkout, since they are large. `why`
 * goes into the titles of tests that are skipped for want of it.
 */
export function pythonEnvironment(packages: readonly string[]): PythonSdk {
  const venv = path.join(os.tmpdir(), `radiant-python-${packages.join('-').replaceAll(/[^\w.]+/g, '-')}`);
  const failed = existsSync(path.join(venv, 'ready')) ? undefined : make(venv, packages);
  return failed === undefined
    ? { kind: 'ready', venv, why: '' }
    : { kind: 'missing', venv, why: ` (skipped: ${failed})` };
}

/** Several test files may do this at once: each makes its own, and the first to be done is everyone's. */
function make(venv: string, packages: readonly string[]): string | undefined {
  const draft = `${venv}.${process.pid}`;
  try {
    if (!run('python3', ['-m', 'venv', draft])) return 'this machine has no python3 with venv';
    const installer = ['-m', 'pip', 'install', '-q', '--no-compile', '--retries', '1', '--timeout', '15', ...packages];
    if (!run(path.join(draft, 'bin', 'python'), installer)) return 'the packages cannot be had from PyPI';
    writeFileSync(path.join(draft, 'ready'), '');
    if (!existsSync(venv)) renameSync(draft, venv);
    return undefined;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, [...args], { stdio: 'ignore', timeout: 600_000 }).status === 0;
}

/** A project whose program is in Python, on that environment. `options` are further lines of `runtime.options`. */
export function pythonProject(
  files: { readonly [file: string]: string },
  options: { readonly [name: string]: string } = {},
): { readonly [file: string]: string } {
  const runtime = { name: 'python', options: { virtualenv: pythonSdk.venv, ...options } };
  return { 'Pulumi.yaml': `name: proj\nruntime: ${JSON.stringify(runtime)}\n`, ...files };
}

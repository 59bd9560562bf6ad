import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProgramServiceOptions, serveMonitor } from '../src/index.ts';
import type { RecordingMonitor } from './recording-monitor.ts';

const nodeModules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const runner = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run');

export interface ProgramRun {
  readonly exitCode: number | null;
  /** What it printed, both streams together. */
  readonly printed: string;
  readonly directory: string;
  readonly bugs: readonly unknown[];
}

export interface ProgramFiles {
  readonly [path: string]: string;
}

/**
 * Runs a JavaScript program with the stock SDK's own runner against a monitor that `serveMonitor` puts on the wire.
 * `onServed` may end the server while the program runs.
 */
export async function runProgram(
  monitor: RecordingMonitor,
  source: string,
  files: ProgramFiles = {},
  options: Partial<ProgramServiceOptions> & { onServed?: (close: () => Promise<void>) => void } = {},
): Promise<ProgramRun> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'program-')));
  const bugs: unknown[] = [];
  const server = await serveMonitor({
    monitor,
    engineVersion: '3.270.0+radiant.0.1.0',
    projectDirectory: directory,
    onBug: (error) => bugs.push(error),
    ...options,
  });
  options.onServed?.(() => server.close());
  try {
    await symlink(nodeModules, join(directory, 'node_modules'));
    const preamble = 'const pulumi = require("@pulumi/pulumi");\n';
    const all: ProgramFiles = { 'package.json': '{"main":"index.js"}', 'index.js': preamble + source, ...files };
    for (const [path, content] of Object.entries(all)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    return { ...(await start(monitor, server.address, directory)), directory, bugs };
  } finally {
    await server.close();
    await rm(directory, { recursive: true });
  }
}

function start(
  { info }: RecordingMonitor,
  address: string,
  directory: string,
): Promise<{ exitCode: number | null; printed: string }> {
  const flags = {
    monitor: address,
    engine: address,
    sync: '',
    organization: info.organization,
    project: info.project,
    'root-directory': directory,
    stack: info.stack,
    pwd: directory,
    parallel: String(info.parallel),
  };
  const named = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, [runner, ...named, ...(info.isDryRun ? ['--dry-run'] : []), '.'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: 'false', PULUMI_CONFIG: '{}' },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, printed }));
  });
}

// The main job, on a fresh clone: the platform's stack and then the Day service that refers to it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '..');
/** A demonstration must not land on a cluster that somebody uses. */
const env = { ...process.env, RADIANT_CLUSTER: 'embedded' };

function radiant(example: string, ...args: string[]): void {
  const dir = path.join(repository, 'examples', example);
  console.log(`\n$ radiant ${args.join(' ')}    # in examples/${example}`);
  const { status, signal } = spawnSync(path.join(repository, 'node_modules/.bin/radiant'), args, {
    cwd: dir,
    env,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(signal === null ? (status ?? 1) : 130);
}

for (const example of ['infrastructure', 'day-service']) {
  radiant(example, 'stack', 'select', 'production', '--create');
  radiant(example, 'up', '--yes');
}

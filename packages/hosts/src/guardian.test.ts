import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { folderWith } from './testing/program-folder.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Starts a parent that has children watched as the script says, and waits until it prints their pids as JSON. */
async function startParent(script: string): Promise<{ parent: ChildProcess; pids: number[] }> {
  const guardianModule = fileURLToPath(new URL('./guardian.ts', import.meta.url));
  const folder = folderWith({
    'parent.ts': `
      import { spawn } from 'node:child_process';
      import { guardian } from ${JSON.stringify(guardianModule)};
      function startWatched(...command: [string, string[]]) {
        const child = spawn(...command, { detached: true, stdio: 'ignore' });
        guardian().watch(child.pid!);
        return child;
      }
      ${script}`,
  });
  // A group of its own, so that the parent can be killed with everything that shares its group.
  const parent = spawn(process.execPath, [join(folder, 'parent.ts')], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(parent);
  const text = await new Promise<string>((resolve, reject) => {
    parent.stdout!.once('data', (data: Buffer) => resolve(data.toString()));
    parent.once('exit', () => reject(new Error('The parent ended too early.')));
  });
  return { parent, pids: JSON.parse(text) as number[] };
}

/** A zombie that nobody has reaped yet has ended, too. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function ended(pids: readonly number[], withinMs = 2000): Promise<boolean> {
  for (const end = Date.now() + withinMs; Date.now() < end; ) {
    if (!pids.some(isRunning)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

const busy = `startWatched(process.execPath, ['-e', 'for (;;);'])`;

test('a child in a busy loop ends when its parent is killed, process group and all', async () => {
  const { parent, pids } = await startParent(`
    const child = ${busy};
    setTimeout(() => console.log(JSON.stringify([child.pid])), 200);
    setInterval(() => {}, 1000);`);
  expect(pids.every(isRunning)).toBe(true);
  process.kill(-parent.pid!, 'SIGKILL');
  expect(await ended(pids)).toBe(true);
});

test('a child that is stopped, and what it started, end when the parent ends by itself', async () => {
  const { pids } = await startParent(`
    import { readFileSync } from 'node:fs';
    const shell = startWatched('/bin/sh', ['-c', 'sleep 100 & sleep 100']);
    setTimeout(() => {
      const [first, second] = readFileSync('/proc/' + shell.pid + '/task/' + shell.pid + '/children', 'utf8').trim().split(' ').map(Number);
      process.kill(shell.pid!, 'SIGSTOP');
      process.stdout.write(JSON.stringify([shell.pid, first, second]), () => process.exit());
    }, 200);`);
  expect(pids).toHaveLength(3);
  expect(await ended(pids)).toBe(true);
});

test('a child that was let go lives on, and the guardian keeps no parent from ending', async () => {
  const { parent, pids } = await startParent(`
    const [kept, released] = [${busy}, ${busy}];
    guardian().release(released.pid!);
    kept.unref();
    released.unref();
    process.stdout.write(JSON.stringify([kept.pid, released.pid]));`);
  await new Promise((resolve) => parent.once('exit', resolve));
  expect(await ended([pids[0]!])).toBe(true);
  expect(isRunning(pids[1]!)).toBe(true);
  process.kill(pids[1]!, 'SIGKILL');
});

test('a guardian that is killed is replaced by one that watches over all', async () => {
  const { parent, pids } = await startParent(`
    import { readdirSync, readFileSync } from 'node:fs';
    const first = ${busy};
    const shells = readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim().split(' ').map(Number);
    const shell = shells.find((pid) => pid !== first.pid)!;
    setTimeout(() => {
      process.kill(shell, 'SIGKILL');
      setTimeout(() => {
        const second = ${busy};
        setTimeout(() => console.log(JSON.stringify([first.pid, second.pid])), 100);
      }, 100);
    }, 100);
    setInterval(() => {}, 1000);`);
  process.kill(-parent.pid!, 'SIGKILL');
  expect(await ended(pids)).toBe(true);
});

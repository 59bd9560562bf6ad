import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readIdentity } from './cluster-files.ts';
import { isAlive } from './control.ts';
import { type ClusterDaemon, clusterDaemon } from './daemon.ts';

const serveScript = fileURLToPath(new URL('./testing/serve-in-background.ts', import.meta.url));
const startScript = fileURLToPath(new URL('./testing/start-and-hang.ts', import.meta.url));

let dir: string;
let daemon: ClusterDaemon;
let child: ChildProcess | undefined;

beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'cluster-')), 'cluster');
  daemon = clusterDaemon(dir);
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await daemon.stop();
  rmSync(join(dir, '..'), { recursive: true, force: true });
});

const start = (idleMs?: number) => ({
  spawn: { command: process.execPath, args: [serveScript, dir, ...(idleMs === undefined ? [] : [String(idleMs)])] },
});

// biome-ignore lint/suspicious/noExplicitAny: any answer of the API server.
async function send(method: string, path: string, body?: unknown): Promise<any> {
  const { port } = (await daemon.status())!;
  const { caPem, token } = readIdentity(daemon.files)!;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, ca: caPem, agent: false, headers: { authorization: `Bearer ${token}` } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('end', () => resolve(JSON.parse(text)));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const configMaps = '/api/v1/namespaces/default/configmaps';
const makeConfigMap = (name: string) => send('POST', configMaps, { metadata: { name } });
const kubeSystem = async () => (await send('GET', '/api/v1/namespaces/kube-system')).metadata.uid;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10);
}

test('starts once however many ask at the same time', async () => {
  const started = await Promise.all([start(), start(), start()].map((options) => daemon.ensureRunning(options)));
  expect(new Set(started.map(({ status }) => status.pid)).size).toBe(1);
  expect(started.filter(({ wasStarted }) => wasStarted)).toHaveLength(1);
  expect((await daemon.ensureRunning(start())).wasStarted).toBe(false);
});

test('keeps its secrets to the owner', async () => {
  await daemon.ensureRunning(start());
  const modeOf = (path: string) => statSync(path).mode & 0o777;
  expect(modeOf(dir)).toBe(0o700);
  for (const path of [daemon.files.kubeconfig, daemon.files.identity]) expect(modeOf(path)).toBe(0o600);
  expect(daemon.readKubeconfig()).toContain('current-context: embedded');
});

test('what was answered survives kill -9, and port, token and certificates stay', async () => {
  const before = await daemon.ensureRunning(start());
  const kubeconfig = daemon.readKubeconfig();
  const { metadata } = await makeConfigMap('kept');
  process.kill(before.status.pid, 'SIGKILL');
  await until(() => !isAlive(before.status.pid));
  const after = await daemon.ensureRunning(start());
  expect(after.wasStarted).toBe(true);
  expect(daemon.readKubeconfig()).toBe(kubeconfig);
  const kept = await send('GET', `${configMaps}/kept`);
  expect(kept.metadata.uid).toBe(metadata.uid);
  const next = await makeConfigMap('later');
  expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion));
});

test('outlives whoever started it', async () => {
  child = spawn(process.execPath, [startScript, dir, serveScript], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((resolve) => child!.stdout!.once('data', (data) => resolve(Number(data))));
  const ended = new Promise((resolve) => child!.once('close', resolve));
  child.kill('SIGKILL');
  // Resolves only when nobody holds the starter's output any more.
  await ended;
  expect(isAlive(pid)).toBe(true);
  expect((await makeConfigMap('after')).kind).toBe('ConfigMap');
});

test('stops when told to, and says whether it ran', async () => {
  const { status } = await daemon.ensureRunning(start());
  expect(await daemon.stop()).toBe(true);
  expect(isAlive(status.pid)).toBe(false);
  expect(await daemon.status()).toBeUndefined();
  expect(await daemon.stop()).toBe(false);
});

test('ends by itself when nobody needs it', async () => {
  const { status } = await daemon.ensureRunning(start(50));
  await until(() => !isAlive(status.pid));
  expect(await daemon.status()).toBeUndefined();
});

test('a reset empties it and leaves it the same cluster', async () => {
  await daemon.ensureRunning(start());
  const uid = await kubeSystem();
  const kubeconfig = daemon.readKubeconfig();
  const { metadata } = await makeConfigMap('gone');
  await daemon.reset();
  expect((await send('GET', `${configMaps}/gone`)).code).toBe(404);
  expect(await kubeSystem()).toBe(uid);
  expect(daemon.readKubeconfig()).toBe(kubeconfig);
  const next = await makeConfigMap('new');
  expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion));
  await daemon.stop();
  await daemon.reset();
  await daemon.ensureRunning(start());
  expect((await send('GET', `${configMaps}/new`)).code).toBe(404);
  expect(await kubeSystem()).toBe(uid);
});

test('in the foreground it takes over from the background, with the same objects, port and token', async () => {
  const before = await daemon.ensureRunning(start());
  const kubeconfig = daemon.readKubeconfig();
  await makeConfigMap('kept');
  const control = new AbortController();
  const ready = Promise.withResolvers<number>();
  const served = daemon.serve({
    mode: 'foreground',
    version: '1.0.0',
    signal: control.signal,
    onReady: ({ port }) => ready.resolve(port),
  });
  expect(await ready.promise).toBe(before.status.port);
  expect(await daemon.status()).toMatchObject({ pid: process.pid, mode: 'foreground' });
  expect((await send('GET', `${configMaps}/kept`)).kind).toBe('ConfigMap');
  expect(daemon.readKubeconfig()).toBe(kubeconfig);
  expect((await daemon.ensureRunning(start())).wasStarted).toBe(false);
  control.abort();
  expect(await served).toBe('stopped');
});

test('says why it does not start', async () => {
  const options = {
    spawn: { command: process.execPath, args: ['-e', 'console.error("out of order"); process.exit(3)'] },
  };
  await expect(daemon.ensureRunning(options)).rejects.toThrow(/exit code 3[\s\S]*out of order/);
});

test('objects that cannot be read are told of, and a reset mends it', async () => {
  await daemon.ensureRunning(start());
  await daemon.stop();
  writeFileSync(daemon.files.database, 'no database at all, but long enough to be looked at as one'.repeat(40));
  await expect(daemon.ensureRunning(start())).rejects.toThrow('cannot be read');
  await daemon.reset();
  await daemon.ensureRunning(start());
  expect((await makeConfigMap('new')).kind).toBe('ConfigMap');
});

test('a process that happens to have the pid of an earlier server is not taken for it', async () => {
  const { status } = await daemon.ensureRunning(start());
  await daemon.stop();
  writeFileSync(daemon.files.status, JSON.stringify({ ...status, pid: process.pid }));
  expect(await daemon.status()).toBeUndefined();
});

test('a server of another version in the background is replaced', async () => {
  const before = await daemon.ensureRunning({ ...start(), version: '1.0.0' });
  const after = await daemon.ensureRunning({ ...start(), version: '1.0.0' });
  expect(after.status.pid).toBe(before.status.pid);
  const replaced = await daemon.ensureRunning({ ...start(), version: '2.0.0' });
  expect(replaced.status.pid).not.toBe(before.status.pid);
});

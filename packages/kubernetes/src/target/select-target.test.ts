import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { credentialSource } from './credentials.ts';
import { selectTarget, type TargetRequest } from './select-target.ts';
import type { ClusterTarget } from './target.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'target-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function kubeconfig(name: string, current = name): string {
  return `
apiVersion: v1
kind: Config
current-context: ${current}
clusters:
- name: ${name}-cluster
  cluster: {server: https://${name}.example, certificate-authority: ca.crt}
users:
- name: ${name}-user
  user: {token: secret-token-of-${name}}
contexts:
- name: ${name}
  context: {cluster: ${name}-cluster, user: ${name}-user, namespace: team}
`;
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function select(request: Partial<TargetRequest> = {}) {
  const serviceAccountDir = join(folder, 'no-service-account');
  return selectTarget({
    kubeconfig: '',
    context: '',
    cluster: '',
    env: {},
    homeDir: folder,
    serviceAccountDir,
    ...request,
  });
}

test('with nothing at all, the embedded cluster is the last resort, and says why', async () => {
  expect(await select()).toEqual({ kind: 'embedded', source: 'embedded-default', because: 'no kubeconfig was found' });
});

test('~/.kube/config is used as kubectl would', async () => {
  write('.kube/config', kubeconfig('trantor'));
  expect(await select()).toMatchObject({
    kind: 'cluster',
    source: 'kubeconfig',
    context: 'trantor',
    clusterName: 'trantor-cluster',
    namespace: 'team',
    cluster: { server: 'https://trantor.example', 'certificate-authority': join(folder, '.kube/ca.crt') },
  });
});

test('$KUBECONFIG is a list, and its first file wins', async () => {
  const env = { KUBECONFIG: `${write('a', kubeconfig('a'))}:${join(folder, 'none')}:${write('b', kubeconfig('b'))}` };
  expect(await select({ env })).toMatchObject({ context: 'a' });
  expect(await select({ env, context: 'b' })).toMatchObject({ context: 'b', source: 'provider' });
});

test('a kubeconfig without a usable current context leads to the embedded cluster', async () => {
  write('.kube/config', kubeconfig('trantor', '""'));
  expect(await select()).toMatchObject({
    kind: 'embedded',
    because: expect.stringContaining('no usable current context'),
  });
});

test('a current context that is named and not there is a slip, and leads nowhere', async () => {
  write('.kube/config', kubeconfig('trantor', 'trantorr'));
  const target = await select();
  expect(target.kind).not.toBe('embedded');
  expect(JSON.stringify(target)).toMatch(/no context .*trantorr.*it has .*trantor/);
});

test('RADIANT_CLUSTER=embedded beats a kubeconfig, and a context beats both', async () => {
  write('.kube/config', kubeconfig('trantor'));
  const env = { RADIANT_CLUSTER: 'embedded' };
  expect(await select({ env })).toEqual({ kind: 'embedded', source: 'environment' });
  expect(await select({ env, context: 'trantor' })).toMatchObject({ kind: 'cluster', context: 'trantor' });
  expect(await select({ context: 'embedded' })).toEqual({ kind: 'embedded', source: 'provider' });
  await expect(select({ env: { RADIANT_CLUSTER: 'trantor' } })).rejects.toMatchObject({ code: 'KUBERNETES_TARGET' });
});

test('a context that does not exist is named, with those that do', async () => {
  write('.kube/config', kubeconfig('trantor'));
  expect(await select({ context: 'terminus' })).toMatchObject({
    kind: 'unusable',
    reason: expect.stringMatching(/has no context "terminus"; it has "trantor"/),
  });
});

test('a kubeconfig may be given as path, as YAML or as JSON', async () => {
  const path = write('given', kubeconfig('given'));
  expect(await select({ kubeconfig: path })).toMatchObject({ context: 'given' });
  expect(await select({ kubeconfig: '~/given' })).toMatchObject({ context: 'given' });
  expect(await select({ kubeconfig: kubeconfig('text') })).toMatchObject({ context: 'text' });
  const json = JSON.stringify({
    'current-context': 'j',
    clusters: [{ name: 'c', cluster: { server: 'https://j' } }],
    contexts: [{ name: 'j', context: { cluster: 'c' } }],
  });
  expect(await select({ kubeconfig: json })).toMatchObject({ context: 'j', cluster: { server: 'https://j' } });
});

test('a kubeconfig that cannot be read is unusable, and nothing of it is quoted', async () => {
  const target = await select({ kubeconfig: 'a: "secret-token\nb: [' });
  expect(target).toMatchObject({ kind: 'unusable', reason: expect.stringContaining('neither YAML nor JSON') });
  expect(JSON.stringify(target)).not.toContain('secret-token');
  expect(await select({ kubeconfig: '/not/there' })).toMatchObject({
    reason: 'the kubeconfig /not/there does not exist',
  });
});

test('in a pod, the service account leads to its own cluster', async () => {
  const serviceAccountDir = join(write('account/token', 'pod-token'), '..');
  write('account/namespace', 'pods\n');
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
  const target = (await select({ env, serviceAccountDir })) as ClusterTarget;
  expect(target).toMatchObject({
    source: 'in-cluster',
    namespace: 'pods',
    cluster: { server: 'https://[fd00::1]:6443' },
  });
  const { headers } = await credentialSource(target, Date.now)();
  expect(headers).toEqual({ authorization: 'Bearer pod-token' });
});

test('passwords and impersonation are sent as headers, and an exec plugin is asked for its token', async () => {
  const target = (user: object) =>
    ({ kind: 'cluster', cluster: { server: 'https://x' }, user, userName: 'u' }) as never;
  const plain = await credentialSource(target({ username: 'a', password: 'b', as: 'c' }), Date.now)();
  expect(plain.headers).toEqual({ authorization: 'Basic YTpi', 'impersonate-user': 'c' });
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'from-plugin' },
  };
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', `console.log(${JSON.stringify(JSON.stringify(credential))})`],
    interactiveMode: 'Never',
  };
  const ask = credentialSource(target({ exec }), Date.now);
  expect(await Promise.all([ask(), ask()])).toEqual([
    { headers: { authorization: 'Bearer from-plugin' } },
    { headers: { authorization: 'Bearer from-plugin' } },
  ]);
});

test.each([
  {
    what: 'is not installed',
    exec: { command: '/nowhere/plug', installHint: 'get it from X' },
    says: /"\/nowhere\/plug".*not installed: get it from X/,
  },
  {
    what: 'prints no credential',
    exec: { command: 'echo', args: ['secret-words'] },
    says: /"echo".*did not print an ExecCredential$/,
  },
  { what: 'fails', exec: { command: 'sh', args: ['-c', 'echo oops >&2; exit 3'] }, says: /"sh".*failed: oops/ },
])('an exec plugin that $what is named, and what it prints is not', async ({ exec, says }) => {
  const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', ...exec } };
  const target = { kind: 'cluster', cluster: { server: 'https://x' }, user, userName: 'u' } as never;
  await expect(credentialSource(target, Date.now)()).rejects.toThrow(says);
});

test('an auth provider that nobody knows any more is named', async () => {
  const user = { 'auth-provider': { name: 'gcp' } };
  const target = { kind: 'cluster', cluster: { server: 'https://x' }, user, userName: 'u' } as never;
  await expect(credentialSource(target, Date.now)()).rejects.toThrow(/auth provider "gcp"/);
});

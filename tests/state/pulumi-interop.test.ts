import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@radiant/model';
import { createPassphraseManager, lockedPassphraseManager, openPassphraseManager } from '@radiant/secrets';
import { type ExportJson, encodeDeployment, openBackendAt } from '@radiant/state';
import { describe, expect, onTestFinished, test } from 'vitest';

/* A state that Pulumi 3.260 wrote, sealed with the passphrase `correct-horse`. */
const fixture = new URL('../../packages/state/src/fixtures/tour.export.json', import.meta.url);
const ref = { project: 'tour', stack: 'dev' };

async function openBackend() {
  const folder = await mkdtemp(join(tmpdir(), 'radiant-interop-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const where = { home: folder, cwd: folder, toolVersion: 'v3.270.0+radiant.0.1.0', rescueFolders: [] };
  return { folder, backend: openBackendAt(`file://${folder}`, where) };
}

const open = (provider: { readonly state: { readonly salt?: unknown } } | undefined) =>
  openPassphraseManager(provider?.state ?? {}, 'correct-horse');

async function importTour() {
  const json = JSON.parse(await readFile(fixture, 'utf8')) as ExportJson;
  const opened = await openBackend();
  await opened.backend.createStack(ref, {});
  await opened.backend.importStack(ref, json, { source: 'tour.export.json', foreignRecords: 'refused' });
  return { ...opened, json };
}

describe('the export of a Pulumi stack', () => {
  test('is imported without its passphrase and exported again as it was', async () => {
    const { backend, json } = await importTour();
    const exported = (await backend.exportStack(ref, { mode: 'encrypted' })).json;
    expect({ ...exported, deployment: { ...exported.deployment, manifest: json.deployment.manifest } }).toEqual(json);
  });

  test('opens with its passphrase', async () => {
    const { backend } = await importTour();
    const { snapshot, violations } = await backend.loadStack(ref, { secrets: open });
    expect(violations).toEqual([]);
    expect(snapshot.resources[0]!.outputs).toMatchObject({ secretToken: new Secret('t0ken-1') });
    const shown = await backend.exportStack(ref, { mode: 'plaintext', secrets: open });
    expect(JSON.stringify(shown.json)).toContain(String.raw`"plaintext":"\"t0ken-1\""`);
  });

  test('stays sealed with a wrong passphrase: it can be carried, not looked at', async () => {
    const { backend, json } = await importTour();
    const secrets = lockedPassphraseManager(json.deployment.secrets_providers!.state as { salt: string });
    const { snapshot, memory } = await backend.loadStack(ref, { secrets });
    expect(() => (snapshot.resources[0]!.outputs.secretToken as Secret).value).toThrow(
      /^failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE/,
    );
    const encoded = await encodeDeployment(snapshot, {
      mode: 'encrypted',
      secrets,
      memory,
      toolVersion: 'v1',
      nowMs: 0,
    });
    expect(encoded.deployment.resources).toEqual(json.deployment.resources);
  });

  test('keeps the ciphertext of what an operation does not change', async () => {
    const { backend, json } = await importTour();
    const operation = await backend.beginOperation(ref, {
      kind: 'update',
      message: '',
      environment: {},
      secrets: open,
    });
    const stack = operation.base.resources[0]!;
    const outputs = { ...stack.outputs, secretToken: new Secret('t0ken-1'), more: new Secret('more') };
    await operation.journal.append({
      kind: 'change',
      changes: [{ kind: 'put', key: 'b0', state: { ...stack, outputs } }],
    });
    await operation.commit({ result: 'succeeded', changes: {}, config: {} });
    const exported = (await backend.exportStack(ref, { mode: 'encrypted' })).json;
    const [before, after] = [json, exported].map(({ deployment }) => deployment.resources![0]!.outputs) as [
      Record<string, unknown>,
      Record<string, unknown>,
    ];
    expect(after).toEqual({ ...before, more: expect.objectContaining({ ciphertext: expect.stringMatching(/^v1:/) }) });
    expect(exported.deployment.resources!.slice(1)).toEqual(json.deployment.resources!.slice(1));
  });
});

test('an existing file backend of Pulumi is opened where it lies', async () => {
  const { folder, backend } = await openBackend();
  await backend.createStack(ref, { secretsProvider: await createPassphraseManager('other') });
  const { deployment } = JSON.parse(await readFile(fixture, 'utf8')) as ExportJson;
  const checkpoint = { version: 3, checkpoint: { stack: 'organization/tour/dev', latest: deployment } };
  await writeFile(join(folder, '.pulumi/stacks/tour/dev.json'), JSON.stringify(checkpoint));
  await writeFile(join(folder, '.pulumi/stacks/tour/dev.json.attrs'), '{"user.content_type":"text/plain"}');
  expect(await backend.listStacks()).toEqual([ref]);
  expect(await backend.summarizeStack(ref)).toEqual({
    ref,
    lastUpdate: '2026-11-21T03:43:31.394117223Z',
    resourceCount: deployment.resources!.length,
    isUpdateInProgress: false,
  });
  const { snapshot } = await backend.loadStack(ref, { secrets: open });
  expect(snapshot.resources).toHaveLength(deployment.resources!.length);
});

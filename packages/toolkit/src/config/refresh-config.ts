import { access, rename } from 'node:fs/promises';
import { OperationError, type SecretsManager, type SecretsProvider } from '@radiant/model';
import type { Backend, JsonObject, StackRef } from '@radiant/state';
import { type ConfigValue, containsSealed, parseConfigValue, sealedPlaces, writtenValue } from './config-value.ts';
import { StackFile } from './stack-file.ts';

/** Where the configuration of a stack is, and where that of its last deployment. */
export interface RefreshedConfig {
  readonly ref: StackRef;
  readonly backend: Backend;
  readonly file: string;
  /** Opens what a provider sealed. */
  readonly open: (provider: SecretsProvider) => Promise<SecretsManager>;
}

const pageSize = 20;

/**
 * Makes a stack file hold what the last deployment was given. Comments stay at what does not change. The secrets are
 * those of the history, sealed as the state is; they are opened first, so that a file is never written that cannot be
 * read.
 */
export async function refreshConfig(
  { ref, backend, file: path, open }: RefreshedConfig,
  { force }: { readonly force: boolean },
): Promise<{ readonly backup: string | undefined }> {
  const values = await lastDeployed(backend, ref);
  const file = await StackFile.open(path);
  const current = file.values();
  for (const key of current.keys()) if (!values.has(key)) file.remove(key, []);
  for (const [key, value] of values) if (!isSame(current.get(key), value)) file.set(key, [], writtenValue(value));
  if ([...values.values()].some((value) => containsSealed(writtenValue(value)))) {
    const { secretsProvider } = await backend.loadStack(ref);
    const provider = secretsProvider ?? file.sealedWith;
    if (provider === undefined) throw unreadable(ref, undefined);
    await proveReadable(values, await open(provider), ref);
    file.setSealedWith(provider);
  }
  const backup = force || !(await exists(path)) ? undefined : await freeBackupName(path);
  if (backup !== undefined) await rename(path, backup);
  await file.save();
  return { backup };
}

/** Imports and the like are no deployments: they come without a configuration. */
async function lastDeployed(backend: Backend, ref: StackRef): Promise<ReadonlyMap<string, ConfigValue>> {
  for (let number = 1; ; number += 1) {
    const page = await backend.history(ref, { size: pageSize, number });
    const deployment = page.find(({ kind }) => kind !== 'import' && kind !== 'rename');
    if (deployment !== undefined) return valuesOf(deployment.config);
    if (page.length < pageSize)
      throw new OperationError({
        code: 'CONFIG_NOT_DEPLOYED',
        summary: `no previous deployment of stack '${ref.stack}' to take the configuration from`,
        remedy: `Deploy it, or set the values:\n    radiant config set --stack ${ref.stack} <key> <value>`,
      });
  }
}

function valuesOf(config: JsonObject): ReadonlyMap<string, ConfigValue> {
  return new Map(Object.entries(config).map(([key, value]) => [key, parseConfigValue(value, `the history: ${key}`)]));
}

function isSame(current: ConfigValue | undefined, value: ConfigValue): boolean {
  return current !== undefined && JSON.stringify(writtenValue(current)) === JSON.stringify(writtenValue(value));
}

async function proveReadable(
  values: ReadonlyMap<string, ConfigValue>,
  manager: SecretsManager,
  ref: StackRef,
): Promise<void> {
  try {
    for (const value of values.values())
      for (const { ciphertext } of sealedPlaces(writtenValue(value))) await manager.decrypt(ciphertext);
  } catch (error) {
    if (!(error instanceof OperationError) || !error.code.startsWith('SECRETS_CIPHERTEXT_')) throw error;
    throw unreadable(ref, error);
  }
}

function unreadable({ stack }: StackRef, cause: OperationError | undefined): OperationError {
  return new OperationError({
    code: 'CONFIG_SEALED_OTHERWISE',
    summary: `the secrets in the configuration of the last deployment of stack '${stack}' were sealed by another secrets manager than the state is now`,
    detail: 'The stack file was left as it is.',
    remedy: `Set the values again:\n    radiant config set --stack ${stack} --secret <key>`,
    cause,
  });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function freeBackupName(path: string): Promise<string> {
  let name = `${path}.bak`;
  while (await exists(name)) name += '.bak';
  return name;
}

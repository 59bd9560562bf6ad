import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { OperationError, type SecretsManager } from '@radiant/model';
import {
  awsKmsKey,
  createCloudManager,
  createPassphraseManager,
  kindOfProvider,
  kindOfProviderName,
  lockedPassphraseManager,
  openCloudManager,
  openPassphraseManager,
  passphraseType,
  resolvePassphrase,
} from '@radiant/secrets';
import type { Home, Interaction } from '../api.ts';
import { createPrivateFile, nonEmpty } from '../home.ts';
import { readTextFile } from '../json-file.ts';
import type { StackSecrets } from './config-entry.ts';

/** How the secrets of a stack were sealed, as its checkpoint or its stack file says. */
export interface SealedWith {
  readonly type: string;
  readonly state: { readonly [key: string]: unknown };
}

export interface SecretsContext {
  readonly stack: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly home: Home;
  readonly interaction: Interaction;
  /** Whether the stack is on the default store, which keeps a passphrase of its own. */
  readonly isDefaultStore: boolean;
  /** A passphrase that may have been used already: a change to it that was interrupted is completed by the next. */
  readonly nextPassphrase?: string | undefined;
}

/**
 * The secrets of an existing stack. Nothing is asked and no key derived before the first secret is sealed or opened:
 * most operations on most stacks meet none.
 */
export function stackSecrets(
  context: SecretsContext,
  sealedWith: SealedWith,
): StackSecrets & { readonly manager: SecretsManager } {
  let opened: Promise<SecretsManager> | undefined;
  const open = () => {
    opened ??= openSecrets(context, sealedWith);
    return opened;
  };
  const manager: SecretsManager = {
    type: sealedWith.type,
    state: sealedWith.state,
    access: 'open',
    encrypt: async (plaintext) => await (await open()).encrypt(plaintext),
    decrypt: async (ciphertext) => await (await open()).decrypt(ciphertext),
  };
  return {
    manager,
    open: async () => manager,
    async recordIn(file) {
      if (file.sealedWith === undefined) file.setSealedWith(sealedWith);
    },
  };
}

async function openSecrets(context: SecretsContext, sealedWith: SealedWith): Promise<SecretsManager> {
  switch (kindOfProvider(sealedWith, context.stack)) {
    case 'passphrase':
      return await openWithPassphrase(context, sealedWith);
    case 'aws-kms':
      return await openCloudManager(sealedWith.state, awsKmsKey, nonEmpty(context.env.PULUMI_CLOUD_SECRET_OVERRIDE));
  }
}

async function openWithPassphrase(context: SecretsContext, { state }: SealedWith): Promise<SecretsManager> {
  const { env, interaction, stack, nextPassphrase } = context;
  const kept = context.isDefaultStore ? await keptPassphrase(context.home) : undefined;
  const sources = { env, readFile: (file: string) => readFile(file, 'utf8') };
  const ask = interaction.isInteractive
    ? () => interaction.askSecret(`Enter your passphrase to unlock config/secrets for stack ${stack}`)
    : undefined;
  if (kept !== undefined && !isPassphraseGiven(env)) {
    // The kept passphrase seals what was made here; a stack file that came from elsewhere has another.
    const manager = await openPassphraseManager(state, kept).catch(ignoreWrongPassphrase);
    if (manager !== undefined) return manager;
  }
  if (nextPassphrase !== undefined) {
    const manager = await openPassphraseManager(state, nextPassphrase).catch(ignoreWrongPassphrase);
    if (manager !== undefined) return manager;
  }
  for (;;) {
    const { passphrase, source } = await resolvePassphrase({ ...sources, prompt: ask });
    try {
      return await openPassphraseManager(state, passphrase);
    } catch (error) {
      if (!isWrongPassphrase(error)) throw error;
      if (source !== 'prompt') return lockedPassphraseManager(state);
      interaction.warn('incorrect passphrase');
    }
  }
}

/**
 * Seals for a new stack. `provider`: the URL of a key, or `passphrase`, which is the one given, else, on the default
 * store, one that is made once and kept.
 */
export async function newStackSecrets(context: SecretsContext, provider = passphraseType): Promise<SecretsManager> {
  if (kindOfProviderName(provider) === 'aws-kms') return await createCloudManager(provider, awsKmsKey);
  const { env, interaction, home, isDefaultStore, stack } = context;
  if (!isPassphraseGiven(env) && isDefaultStore)
    return await createPassphraseManager(await keptOrMadePassphrase(home, interaction));
  const prompt = interaction.isInteractive
    ? () => askTwice(interaction, `passphrase to protect config/secrets of stack ${stack}`)
    : undefined;
  const { passphrase } = await resolvePassphrase({ env, readFile: (file) => readFile(file, 'utf8'), prompt });
  return await createPassphraseManager(passphrase);
}

function isPassphraseGiven(env: SecretsContext['env']): boolean {
  return env.PULUMI_CONFIG_PASSPHRASE !== undefined || (env.PULUMI_CONFIG_PASSPHRASE_FILE ?? '') !== '';
}

/** Asks for a passphrase that is to be a new one. */
export async function askNewPassphrase({ interaction, stack }: SecretsContext): Promise<string> {
  return await askTwice(interaction, `new passphrase to protect config/secrets of stack ${stack}`);
}

async function askTwice(interaction: Interaction, what: string): Promise<string> {
  for (;;) {
    const first = await interaction.askSecret(`Enter your ${what}`);
    if ((await interaction.askSecret('Re-enter your passphrase to confirm')) === first) return first;
    interaction.warn('passphrases do not match');
  }
}

function keptPassphrasePath(home: Home): string {
  return path.join(home.root, 'passphrase');
}

async function keptPassphrase(home: Home): Promise<string | undefined> {
  return (await readTextFile(keptPassphrasePath(home)))?.trim();
}

async function keptOrMadePassphrase(home: Home, interaction: Interaction): Promise<string> {
  const kept = await keptPassphrase(home);
  if (kept !== undefined) return kept;
  const file = keptPassphrasePath(home);
  if (await createPrivateFile(file, `${randomBytes(24).toString('base64url')}\n`)) {
    interaction.notice(
      `Made a passphrase for the secrets of your stacks; it is kept in ${file}, readable by you alone.`,
    );
  }
  return (await keptPassphrase(home))!;
}

function isWrongPassphrase(error: unknown): boolean {
  return error instanceof OperationError && error.code === 'SECRETS_PASSPHRASE_WRONG';
}

function ignoreWrongPassphrase(error: unknown): undefined {
  if (!isWrongPassphrase(error)) throw error;
}

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, OperationError, type SecretsManager } from '@radiant/model';
import { createPassphraseManager, openPassphraseManager, passphraseType, resolvePassphrase } from '@radiant/secrets';
import type { Home, Interaction } from '../api.ts';
import { createPrivateFile } from '../home.ts';
import { readTextFile } from '../json-file.ts';
import type { StackSecrets } from './stack-config.ts';

/** How the secrets of a stack were sealed, as its checkpoint or its stack file says. */
export interface SealedWith {
  readonly type: string;
  readonly state: { readonly [key: string]: unknown };
}

export interface PassphraseContext {
  readonly stack: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly home: Home;
  readonly interaction: Interaction;
  /** Whether the stack is on the default store, which keeps a passphrase of its own. */
  readonly isDefaultStore: boolean;
}

/**
 * The secrets of an existing stack. Nothing is asked and no key derived before the first secret is sealed or opened:
 * most operations on most stacks meet none.
 */
export function stackSecrets(
  context: PassphraseContext,
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

async function openSecrets(context: PassphraseContext, sealedWith: SealedWith): Promise<SecretsManager> {
  refuseOtherProviders(sealedWith.type, context.stack);
  const { env, interaction, stack } = context;
  const kept = context.isDefaultStore ? await keptPassphrase(context.home) : undefined;
  const sources = { env, readFile: (file: string) => readFile(file, 'utf8') };
  const ask = interaction.isInteractive
    ? () => interaction.askSecret(`Enter your passphrase to unlock config/secrets for stack ${stack}`)
    : undefined;
  if (
    kept !== undefined &&
    env.PULUMI_CONFIG_PASSPHRASE === undefined &&
    env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined
  ) {
    // The kept passphrase seals what was made here; a stack file that came from elsewhere has another.
    const manager = await openPassphraseManager(sealedWith.state, kept).catch(ignoreWrongPassphrase);
    if (manager !== undefined) return manager;
  }
  for (;;) {
    const { passphrase, source } = await resolvePassphrase({ ...sources, prompt: ask });
    try {
      return await openPassphraseManager(sealedWith.state, passphrase);
    } catch (error) {
      if (source !== 'prompt' || !isWrongPassphrase(error)) throw error;
      interaction.warn('incorrect passphrase');
    }
  }
}

/** Seals for a new stack: with the passphrase given, else, on the default store, with one that is made once and kept. */
export async function newStackSecrets(context: PassphraseContext, provider = passphraseType): Promise<SecretsManager> {
  refuseOtherProviders(provider, context.stack);
  const { env, interaction, home, isDefaultStore, stack } = context;
  const isGiven = env.PULUMI_CONFIG_PASSPHRASE !== undefined || (env.PULUMI_CONFIG_PASSPHRASE_FILE ?? '') !== '';
  if (!isGiven && isDefaultStore) return await createPassphraseManager(await keptOrMadePassphrase(home, interaction));
  const prompt = interaction.isInteractive ? () => askTwice(interaction, stack) : undefined;
  const { passphrase } = await resolvePassphrase({ env, readFile: (file) => readFile(file, 'utf8'), prompt });
  return await createPassphraseManager(passphrase);
}

async function askTwice(interaction: Interaction, stack: string): Promise<string> {
  for (;;) {
    const first = await interaction.askSecret(`Enter your passphrase to protect config/secrets of stack ${stack}`);
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

/** Managers that this version recognises and cannot open. */
function refuseOtherProviders(type: string, stack: string): void {
  if (type === passphraseType || type === 'default' || type === '') return;
  throw new OperationError({
    code: 'SECRETS_PROVIDER_UNSUPPORTED',
    summary: `the secrets of stack '${stack}' are sealed by "${type}", which this version of Radiant cannot open; it knows passphrases`,
    remedy:
      'Move the stack to a passphrase with the tool that made it:\n    pulumi stack change-secrets-provider passphrase',
    exitCode: exitCodes.configuration,
  });
}

function isWrongPassphrase(error: unknown): boolean {
  return error instanceof OperationError && error.code === 'SECRETS_PASSPHRASE_WRONG';
}

function ignoreWrongPassphrase(error: unknown): undefined {
  if (!isWrongPassphrase(error)) throw error;
}

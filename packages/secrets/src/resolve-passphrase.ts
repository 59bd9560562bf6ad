import { exitCodes, OperationError } from '@radiant/model';

export interface PassphraseSources {
  readonly env: { readonly [name: string]: string | undefined };
  /** Reads a text file; rejects when it cannot be read. */
  readonly readFile: (path: string) => Promise<string>;
  /** The passphrase that the default store keeps for its own stacks; undefined when there is none, or for another store. */
  readonly kept?: string | undefined;
  /** Asks the person at the terminal; absent when nobody is there to be asked. */
  readonly prompt?: (() => Promise<string>) | undefined;
}

export type ResolvedPassphrase = {
  readonly passphrase: string;
  /** `prompt` may be asked again when the answer turns out wrong. */
  readonly source: 'environment' | 'file' | 'kept' | 'prompt';
};

/**
 * Finds the passphrase in Pulumi's order: PULUMI_CONFIG_PASSPHRASE (set but empty is a passphrase too), the file that
 * PULUMI_CONFIG_PASSPHRASE_FILE names (trimmed), then what the default store keeps, then the terminal.
 */
export async function resolvePassphrase(sources: PassphraseSources): Promise<ResolvedPassphrase> {
  const { env, kept, prompt } = sources;
  const given = env.PULUMI_CONFIG_PASSPHRASE;
  if (given !== undefined) return { passphrase: given, source: 'environment' };
  const path = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (path !== undefined && path !== '') return { passphrase: await readTrimmed(sources, path), source: 'file' };
  if (kept !== undefined) return { passphrase: kept, source: 'kept' };
  if (prompt !== undefined) return { passphrase: await prompt(), source: 'prompt' };
  throw new OperationError({
    code: 'SECRETS_PASSPHRASE_MISSING',
    summary:
      'passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables',
    exitCode: exitCodes.generic,
  });
}

async function readTrimmed(sources: PassphraseSources, path: string): Promise<string> {
  try {
    return (await sources.readFile(path)).trim();
  } catch (cause) {
    throw new OperationError({
      code: 'SECRETS_PASSPHRASE_FILE_UNREADABLE',
      summary: `unable to read PULUMI_CONFIG_PASSPHRASE_FILE: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: `Make ${path} readable, or set PULUMI_CONFIG_PASSPHRASE instead.`,
      cause,
    });
  }
}

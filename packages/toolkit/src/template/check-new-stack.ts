import { kindOfProviderName } from '@radiant/secrets';
import { parseStackRef } from '@radiant/state';

export interface NewStack {
  readonly stack: string | undefined;
  readonly secretsProvider: string | undefined;
}

/** Throws, before there is a project, for what no stack could be called or sealed by. */
export function checkNewStack({ stack, secretsProvider }: NewStack): void {
  if (stack !== undefined) parseStackRef(stack, 'project');
  if (secretsProvider !== undefined) kindOfProviderName(secretsProvider);
}

import { exitCodes, OperationError, type SecretsProvider } from '@radiant/model';

/** What seals the secrets of a stack, as far as this version can use it. */
export type ProviderKind = 'passphrase' | 'aws-kms';

/** Pulumi's other ones, by type or by the scheme of their URLs. */
const others: { readonly [name: string]: string } = {
  gcpkms: 'a key of Google Cloud KMS (gcpkms://)',
  azurekeyvault: 'a key of Azure Key Vault (azurekeyvault://)',
  hashivault: 'a key of HashiCorp Vault (hashivault://)',
  service: 'the service of Pulumi Cloud',
};

/** The kind that `--secrets-provider` or `secretsprovider:` names. Throws `SECRETS_PROVIDER_UNSUPPORTED`. */
export function kindOfProviderName(name: string): ProviderKind {
  const found = kindOf(name);
  if (found !== undefined) return found;
  throw new OperationError({
    code: 'SECRETS_PROVIDER_UNSUPPORTED',
    summary: `secrets cannot be sealed by ${describe(name)}: this version of Radiant knows passphrases and keys of AWS KMS`,
    remedy: 'Choose one of these:\n    passphrase\n    awskms://alias/ExampleAlias?region=us-east-1',
    exitCode: exitCodes.configuration,
  });
}

/** The kind that sealed an existing stack. Throws `SECRETS_PROVIDER_UNSUPPORTED`. */
export function kindOfProvider({ type, state }: SecretsProvider, stack: string): ProviderKind {
  const name = type === 'cloud' ? String(state.url) : type;
  const found = kindOf(name);
  if (found !== undefined) return found;
  throw new OperationError({
    code: 'SECRETS_PROVIDER_UNSUPPORTED',
    summary: `the secrets of stack '${stack}' are sealed by ${describe(name)}, which this version of Radiant cannot open; it knows passphrases and keys of AWS KMS`,
    remedy:
      'Move the stack to one of these with the tool that made it:\n    pulumi stack change-secrets-provider passphrase',
    exitCode: exitCodes.configuration,
  });
}

function kindOf(name: string): ProviderKind | undefined {
  if (name === 'passphrase' || name === 'default' || name === '') return 'passphrase';
  return name.startsWith('awskms://') ? 'aws-kms' : undefined;
}

function describe(name: string): string {
  const scheme = /^([a-z0-9]+):\/\//.exec(name)?.[1] ?? name;
  return Object.hasOwn(others, scheme) ? others[scheme]! : JSON.stringify(name);
}

import { exitCodes, OperationError } from '@radiant/model';

/** What `awskms://KEY?region=REGION&context_NAME=VALUE` says (Go CDK: gocloud.dev/secrets/awskms). */
export interface AwsKmsLocation {
  readonly url: string;
  /** An id, `alias/NAME`, or an ARN. */
  readonly keyId: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly endpoint: string | undefined;
  /** Must be the same to open as it was to seal. */
  readonly context: { readonly [name: string]: string };
}

const contextPrefix = 'context_';

/** Throws `SECRETS_URL_INVALID`. A parameter that is not understood is refused: what it meant to change would not be. */
export function parseAwsKmsUrl(url: string): AwsKmsLocation {
  const match = /^awskms:\/\/\/?([^?#]+)(?:\?([^#]*))?$/.exec(url);
  if (match === null) throw invalid(url, 'it names no key');
  const parameters = new URLSearchParams(match[2] ?? '');
  const context: Record<string, string> = {};
  for (const [name, value] of parameters) {
    if (name.startsWith(contextPrefix)) context[name.slice(contextPrefix.length)] = value;
    else if (!known.has(name)) throw invalid(url, `"${name}" is none of ${[...known].join(', ')} and context_NAME`);
  }
  const read = (name: string) => parameters.get(name) || undefined;
  return {
    url,
    keyId: decodeURIComponent(match[1]!),
    region: read('region') ?? /^arn:[^:]*:kms:([^:]+):/.exec(match[1]!)?.[1],
    profile: read('profile'),
    endpoint: read('endpoint'),
    context,
  };
}

/** `awssdk` chose between two versions of Amazon's library for Go. */
const known: ReadonlySet<string> = new Set(['region', 'profile', 'endpoint', 'awssdk']);

function invalid(url: string, why: string): OperationError {
  return new OperationError({
    code: 'SECRETS_URL_INVALID',
    summary: `the secrets provider ${url} cannot be understood: ${why}`,
    remedy:
      'A key of AWS KMS is named by its alias, id or ARN:\n    awskms://alias/ExampleAlias?region=us-east-1\n    awskms:///arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    exitCode: exitCodes.configuration,
  });
}

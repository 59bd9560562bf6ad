import { exitCodes, OperationError } from '@radiant/model';
import { displayStoreUrl } from '../store-url.ts';

/** What an `s3://` URL says, in the query parameters of Pulumi's (gocloud's) S3 URLs. */
export interface S3Location {
  /** As the user names it, without secrets. */
  readonly url: string;
  readonly bucket: string;
  /** Empty, or ends in a slash. */
  readonly prefix: string;
  readonly region?: string;
  /** With its scheme. */
  readonly endpoint?: string;
  readonly profile?: string;
  readonly isPathStyle?: boolean;
  readonly isAnonymous: boolean;
  readonly usesDualStack: boolean;
  readonly usesFips: boolean;
  readonly usesAcceleration: boolean;
  /** `AES256`, `aws:kms` or `aws:kms:dsse`; what the bucket is set to when absent. */
  readonly encryption?: string;
  readonly kmsKeyId?: string;
  readonly checksums?: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';
}

/** Other spellings, and parameters that have no meaning here: those of one SDK for Go, or of its connections. */
const spellings: { readonly [name: string]: string } = {
  s3ForcePathStyle: 'use_path_style',
  disableSSL: 'disable_https',
  response_checksum_validation: 'request_checksum_calculation',
};
const meaningless = new Set(['awssdk', 'hostname_immutable', 'rate_limiter_capacity', 'nodownload']);
const known = new Set([
  'region',
  'endpoint',
  'profile',
  'prefix',
  'use_path_style',
  'disable_https',
  'anonymous',
  'dualstack',
  'fips',
  'accelerate',
  'ssetype',
  'kmskeyid',
  'request_checksum_calculation',
]);

/** Reads `s3://BUCKET/PREFIX?PARAMETERS`. Throws `STORE_URL_INVALID`. */
export function parseS3Url(url: string): S3Location {
  const match = /^s3:\/\/(?:[^/?#@]*@)?([^/?#]*)\/?([^?#]*)(?:\?([^#]*))?/i.exec(url);
  const bucket = match?.[1] ?? '';
  if (bucket === '') throw invalidUrl(url, 'it names no bucket');
  const values = readParameters(url, match?.[3] ?? '');
  const flag = (name: string) => readFlag(url, name, values.get(name));
  const checksums = values.get('request_checksum_calculation');
  return {
    url: displayStoreUrl(url),
    bucket,
    prefix: asPrefix(values.get('prefix') ?? '') + asPrefix(decodeURIComponent(match![2]!)),
    isAnonymous: flag('anonymous') === true,
    usesDualStack: flag('dualstack') === true,
    usesFips: flag('fips') === true,
    usesAcceleration: flag('accelerate') === true,
    ...present('region', values.get('region')),
    ...present('endpoint', withScheme(values.get('endpoint'), flag('disable_https'))),
    ...present('profile', values.get('profile')),
    ...present('isPathStyle', flag('use_path_style')),
    ...present('encryption', values.get('ssetype')),
    ...present('kmsKeyId', values.get('kmskeyid')),
    ...present('checksums', checksums === undefined ? undefined : readChecksums(url, checksums)),
  };
}

function readParameters(url: string, query: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [given, value] of new URLSearchParams(query)) {
    const name = spellings[given] ?? given;
    if (meaningless.has(name) || value === '') continue;
    if (!known.has(name)) throw invalidUrl(url, `it has the unknown parameter "${given}"`);
    values.set(name, value);
  }
  return values;
}

function asPrefix(path: string): string {
  const trimmed = path.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}

/** As Go's strconv.ParseBool, which is what reads these URLs in Pulumi. */
function readFlag(url: string, name: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (/^(1|t|true)$/i.test(value)) return true;
  if (/^(0|f|false)$/i.test(value)) return false;
  throw invalidUrl(url, `its parameter "${name}" should be true or false`);
}

function readChecksums(url: string, value: string): 'WHEN_SUPPORTED' | 'WHEN_REQUIRED' {
  if (value === 'when_supported') return 'WHEN_SUPPORTED';
  if (value === 'when_required') return 'WHEN_REQUIRED';
  throw invalidUrl(url, 'its checksums should be when_supported or when_required');
}

function withScheme(endpoint: string | undefined, isPlain: boolean | undefined): string | undefined {
  if (endpoint === undefined) return undefined;
  const host = endpoint.replace(/^https?:\/\//i, '');
  if (isPlain === true) return `http://${host}`;
  return host === endpoint ? `https://${host}` : endpoint;
}

function present<K extends string, T>(name: K, value: T | undefined): { readonly [key in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]: T });
}

function invalidUrl(url: string, problem: string): OperationError {
  return new OperationError({
    code: 'STORE_URL_INVALID',
    summary: `"${displayStoreUrl(url)}" is no URL of an S3 backend: ${problem}`,
    remedy:
      'Write it as s3://BUCKET/PREFIX?region=REGION, and for another service than AWS add its address:\n' +
      '    s3://states/team?endpoint=https://s3.example.com&region=us-east-1',
    exitCode: exitCodes.configuration,
  });
}

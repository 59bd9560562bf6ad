import { OperationError } from '@radiant/model';
import type { S3Location } from './s3-url.ts';

/** What a request does, as permissions name it. */
export type S3Action =
  | 's3:GetObject'
  | 's3:PutObject'
  | 's3:DeleteObject'
  | 's3:ListBucket'
  | 's3:AbortMultipartUpload';

interface SdkError extends Error {
  readonly code?: string;
  /** Where the bucket is, when the answer says so. */
  readonly Region?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof Error ? (error as SdkError).$metadata?.httpStatusCode : undefined;
}

/** What was asked for is not there; the bucket is. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && errorName(error) !== 'NoSuchBucket';
}

/** A condition of the request did not hold. */
export function isRefused(error: unknown): boolean {
  return statusOf(error) === 412;
}

/** Two conditional requests met: S3 decided neither. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 409;
}

interface Explanation {
  readonly why: string;
  readonly remedy: string;
}

const credentialsRemedy =
  'Credentials are looked for as the AWS command line does: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE ' +
  'or ?profile=NAME in the URL, `aws sso login`, or the role of the machine.';

/** In words: what could not be done, to which object, why, and what mends it. Throws nothing itself. */
export function explainS3(error: unknown, location: S3Location, action: S3Action, key: string): unknown {
  if (!(error instanceof Error) || error instanceof OperationError) return error;
  const where = `s3://${location.bucket}/${location.prefix}${key}`;
  const { why, remedy } = explanationOf(error, location, action, where);
  const isRead = action === 's3:GetObject' || action === 's3:ListBucket';
  return new OperationError({
    code: isRead ? 'STATE_UNREADABLE' : 'STATE_UNWRITABLE',
    summary: `cannot ${verbs[action]} ${where}: ${why}`,
    remedy,
    cause: error,
  });
}

const verbs: { readonly [action in S3Action]: string } = {
  's3:GetObject': 'read',
  's3:ListBucket': 'list',
  's3:PutObject': 'write',
  's3:DeleteObject': 'delete',
  's3:AbortMultipartUpload': 'discard what was prepared for',
};

function explanationOf(error: SdkError, location: S3Location, action: S3Action, where: string): Explanation {
  const { bucket, endpoint } = location;
  const status = error.$metadata?.httpStatusCode;
  const address = endpoint ?? 'Amazon S3';
  switch (error.name) {
    case 'NoSuchBucket':
      return {
        why: `the bucket "${bucket}" does not exist`,
        remedy: `Correct the URL, or make it:\n    aws s3 mb s3://${bucket}`,
      };
    case 'CredentialsProviderError':
      return { why: `no AWS credentials were found (${oneLine(error.message)})`, remedy: credentialsRemedy };
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'TokenRefreshRequired':
      return { why: 'the AWS credentials have expired', remedy: 'Renew them (`aws sso login`), then try again.' };
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'InvalidToken':
      return { why: `${address} does not accept the credentials (${error.name})`, remedy: credentialsRemedy };
    case 'RequestTimeTooSkewed':
      return {
        why: `the clocks of this machine and of ${address} differ too much (here it is ${new Date().toISOString()})`,
        remedy: 'Set the clock of this machine, then try again.',
      };
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return {
        why: `the bucket is in another region (${oneLine(error.message)})`,
        remedy: regionRemedy(location, regionIn(error)),
      };
    case 'NotImplemented':
      return {
        why: `${address} does not know a request that is needed (${oneLine(error.message)})`,
        remedy:
          'Radiant needs conditional writes (If-None-Match, If-Match) and multipart uploads. Use a service that has them.',
      };
  }
  if (/region is missing/i.test(error.message)) return { why: 'no region is set', remedy: regionRemedy(location) };
  if (status === 403)
    return {
      why: `access denied: ${action} on ${where}`,
      remedy:
        'The credentials need s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and ' +
        's3:AbortMultipartUpload on its objects (docs/state.md).',
    };
  if (status !== undefined)
    return {
      why: `${address} answered ${status} ${error.name}: ${oneLine(error.message)}`,
      remedy: status >= 500 ? 'It was tried several times. Try again later.' : 'See the documentation of that service.',
    };
  return {
    why: `${address} cannot be reached (${error.code ?? error.name}: ${oneLine(error.message)})`,
    remedy: `Check the network, and ${endpoint === undefined ? 'the region' : 'the endpoint'} in the URL ${location.url}.`,
  };
}

function regionIn({ Region: region, message }: SdkError): string | undefined {
  return region ?? /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
}

function regionRemedy({ bucket, prefix }: S3Location, region = 'REGION'): string {
  const path = prefix === '' ? '' : `/${prefix.slice(0, -1)}`;
  return `Name it in the URL:\n    s3://${bucket}${path}?region=${region}`;
}

function oneLine(text: string): string {
  return text.split('\n')[0]!.trim();
}

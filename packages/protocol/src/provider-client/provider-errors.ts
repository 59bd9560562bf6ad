import { type CheckFailure, InvalidInputsError, OperationError, OutcomeUnknownError, type Urn } from '@radiant/model';
import {
  ConfigureErrorMissingKeys,
  ErrorResourceInitFailed,
  InputPropertiesError,
} from '../messages/provider-messages.ts';
import { CallFailedError } from '../transport/grpc-client.ts';
import type { MessageType } from '../wire/message.ts';
import { UnreadableAnswerError, unreadableText } from './answers.ts';

const codes = { unknown: 2, unimplemented: 12, internal: 13, unavailable: 14, dataLoss: 15 } as const;

/**
 * After these nobody knows whether the provider did it (Pulumi: resource status unknown). Not after `unknown`: that is
 * what SDKs answer for any error that a provider's author throws, and the established engine takes it for a refusal.
 */
const unknownOutcomes: ReadonlySet<number> = new Set([codes.internal, codes.unavailable, codes.dataLoss]);

export function isUnimplemented(error: unknown): boolean {
  return error instanceof CallFailedError && error.code === codes.unimplemented;
}

/**
 * Whether a provider knows nothing of checking or comparing its configuration. Two said so in other ways before (Pulumi:
 * isDiffCheckConfigLogicallyUnimplemented).
 */
export function lacksConfigCall(packageName: string, error: unknown): boolean {
  if (isUnimplemented(error)) return true;
  if (!(error instanceof CallFailedError)) return false;
  const { code, details } = error;
  if (packageName === 'pulumi-nodejs') return code === codes.internal;
  return packageName === 'kubernetes' && code === codes.unknown && details.includes('Unimplemented');
}

export function isUnavailable(error: unknown): error is CallFailedError {
  return error instanceof CallFailedError && error.code === codes.unavailable;
}

/** The thing that exists and did not become ready, when that is what the provider says. */
export function initFailure(error: unknown): ErrorResourceInitFailed | undefined {
  return extraOf(error, 'ErrorResourceInitFailed', ErrorResourceInitFailed);
}

/** An error of a call that changes nothing. */
export function providerError(packageName: string, error: unknown, urn?: Urn): unknown {
  if (error instanceof UnreadableAnswerError)
    return new OperationError({
      code: 'PROVIDER_ANSWER_UNREADABLE',
      summary: unreadableText(packageName, error),
      detail: 'This is a fault of the provider.',
      urn,
      cause: error,
    });
  if (!(error instanceof CallFailedError)) return error;
  return new OperationError({
    code: error.code === codes.unavailable ? 'PROVIDER_GONE' : 'PROVIDER_FAILED',
    summary: error.code === codes.unavailable ? goneText(packageName, error) : said(error),
    detail: refusedProperties(error)
      ?.map(({ property, reason }) => `  ${property}: ${reason}`)
      .join('\n'),
    urn,
    cause: error,
  });
}

/** An error of Construct or Call, which may find fault with single inputs. */
export function callError(packageName: string, error: unknown, urn?: Urn): unknown {
  const failures = refusedProperties(error);
  if (!(error instanceof CallFailedError) || failures === undefined) return providerError(packageName, error, urn);
  return new InvalidInputsError(error.details, failures, { cause: error });
}

/** An error of a call that changes the world. One whose answer cannot be understood may have done it. */
export function changeError(packageName: string, error: unknown, urn: Urn): unknown {
  if (error instanceof OperationError || error instanceof OutcomeUnknownError) return error;
  if (error instanceof UnreadableAnswerError)
    return new OutcomeUnknownError(unreadableText(packageName, error), { cause: error });
  if (!(error instanceof CallFailedError)) return error;
  if (!unknownOutcomes.has(error.code)) return providerError(packageName, error, urn);
  const text = error.code === codes.unavailable ? goneText(packageName, error) : said(error);
  return new OutcomeUnknownError(text, { cause: error, saysFailed: isAnswer(error) });
}

/** Whether the provider has answered; else the connection ended, for which gRPC has words and codes of its own. */
function isAnswer({ code, details }: CallFailedError): boolean {
  return code !== codes.unavailable && !details.startsWith('Received RST_STREAM');
}

/** An error of Configure, which may list what is missing. */
export function configureError(packageName: string, error: unknown, urn: Urn): unknown {
  const extra = extraOf(error, 'ConfigureErrorMissingKeys', ConfigureErrorMissingKeys);
  if (extra === undefined) return providerError(packageName, error, urn);
  const { missingKeys } = extra;
  const listed = missingKeys.map(({ name, description }) => `  ${name}${description === '' ? '' : `: ${description}`}`);
  return new OperationError({
    code: 'PROVIDER_CONFIGURATION_MISSING',
    summary: `the provider "${packageName}" lacks required configuration`,
    detail: listed.join('\n'),
    remedy: missingKeys.map(({ name }) => `radiant config set ${configKey(packageName, name)} <value>`).join('\n'),
    urn,
    exitCode: 2,
    cause: error,
  });
}

function configKey(packageName: string, name: string): string {
  return name.includes(':') ? name : `${packageName}:${name}`;
}

function said(error: CallFailedError): string {
  return error.details || `the provider failed with gRPC code ${error.code} and no words`;
}

function goneText(packageName: string, error: CallFailedError): string {
  return `the provider "${packageName}" no longer answers: ${error.details}`;
}

function refusedProperties(error: unknown): readonly CheckFailure[] | undefined {
  const extra = extraOf(error, 'InputPropertiesError', InputPropertiesError);
  return extra?.errors.map(({ propertyPath, reason }) => ({ property: propertyPath, reason }));
}

/** A message of Pulumi's that came with an error. One that cannot be read explains nothing. */
function extraOf<T>(error: unknown, name: string, type: MessageType<T>): T | undefined {
  const bytes = error instanceof CallFailedError ? error.extras.get(`pulumirpc.${name}`) : undefined;
  if (bytes === undefined) return undefined;
  try {
    return type.decode(bytes);
  } catch {
    return undefined;
  }
}

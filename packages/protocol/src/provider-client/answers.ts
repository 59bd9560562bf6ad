import type { PropertyMap } from '@radiant/model';
import { PropertyError } from '../properties/property-error.ts';
import { type ReadOptions, readProperties } from '../properties/read-properties.ts';
import { WireError } from '../wire/protobuf-reader.ts';

/** A provider has answered, and nobody can read what; the message says why. */
export class UnreadableAnswerError extends Error {
  override readonly name = 'UnreadableAnswerError';
}

/** The properties in a provider's answer. Throws UnreadableAnswerError. */
export function readAnswer(bytes: Uint8Array | undefined, options: ReadOptions = {}): PropertyMap {
  try {
    return readProperties(bytes, options);
  } catch (error) {
    throw asUnreadable(error);
  }
}

/** What is wrong with bytes, as what is wrong with the answer they came in. */
export function asUnreadable(error: unknown): unknown {
  const isAboutBytes = error instanceof PropertyError || error instanceof WireError;
  return isAboutBytes ? new UnreadableAnswerError(error.message, { cause: error }) : error;
}

/** How people are told of an answer that cannot be read. */
export function unreadableText(packageName: string, { message }: UnreadableAnswerError): string {
  return `the provider "${packageName}" gave an answer that cannot be understood: ${message}`;
}

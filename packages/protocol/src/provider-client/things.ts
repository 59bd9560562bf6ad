import type { CreateResult } from '@radiant/model';
import type { ErrorResourceInitFailed } from '../messages/provider-messages.ts';
import { readAnswer, UnreadableAnswerError, unreadableText } from './answers.ts';
import { initFailure } from './provider-errors.ts';

interface Readiness {
  /** Why the thing is not ready; undefined when it is. */
  readonly initErrors: readonly string[] | undefined;
}

/** What is said of a thing that exists: the answer to a call, or the news that the thing did not become ready. */
export async function orNotReady<Reply>(call: Promise<Reply>): Promise<(Reply | ErrorResourceInitFailed) & Readiness> {
  try {
    return { ...(await call), initErrors: undefined };
  } catch (error) {
    const partial = initFailure(error);
    if (partial === undefined) throw error;
    return { ...partial, initErrors: partial.reasons };
  }
}

/**
 * What was made. A thing that has an id is recorded even when nobody can read what else its provider says of it: it is not
 * ready then, and nothing of it is lost or made twice.
 */
export function createdThing(
  packageName: string,
  answer: Pick<ErrorResourceInitFailed, 'id' | 'properties' | 'refreshBeforeUpdate'> & Readiness,
  isPreview: boolean,
): CreateResult {
  const { id, properties, initErrors, refreshBeforeUpdate } = answer;
  try {
    return { id, outputs: readAnswer(properties), initErrors, refreshBeforeUpdate };
  } catch (error) {
    if (isPreview || !(error instanceof UnreadableAnswerError)) throw error;
    return {
      id,
      outputs: {},
      initErrors: [...(initErrors ?? []), unreadableText(packageName, error)],
      refreshBeforeUpdate,
    };
  }
}

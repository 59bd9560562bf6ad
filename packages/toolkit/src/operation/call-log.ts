import { appendFileSync } from 'node:fs';
import type { CallLog } from '@radiant/protocol';
import { type Environment, nonEmpty } from '../home.ts';

/**
 * PULUMI_DEBUG_GRPC=<file>: what programs and plugins say to the engine and it to them, appended as lines of JSON, as they
 * happen. As with Pulumi, secrets are in it in the clear: only its owner may read a file that is made here.
 */
export function callLog(env: Environment): CallLog | undefined {
  const file = nonEmpty(env.PULUMI_DEBUG_GRPC);
  if (file === undefined) return undefined;
  return { write: (line) => appendFileSync(file, line, { mode: 0o600 }) };
}

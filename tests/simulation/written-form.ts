import type { SecretsManager, Snapshot } from '@radiant/model';
import { encodeDeployment } from '@radiant/state';

/** Seals so that what went in cannot be seen. */
const sealing: SecretsManager = {
  type: 'simulated',
  state: {},
  access: 'open',
  encrypt: (text) => Buffer.from(text).toString('base64'),
  decrypt: (text) => Buffer.from(text, 'base64').toString(),
};

/** A snapshot as it is written to a store, secrets sealed. */
export async function writtenForm(snapshot: Snapshot): Promise<string> {
  const options = { mode: 'encrypted', secrets: sealing, nowMs: 0, toolVersion: 'v0' } as const;
  return JSON.stringify(await encodeDeployment(snapshot, options));
}

import type { ResourceState } from '@radiant/model';
import { encodeResource } from '@radiant/toolkit';

/** What becomes of secrets: `masked` as the text `[secret]`, `blinded` as a secret without contents, or shown. */
export type PrintedSecrets = 'masked' | 'blinded' | 'plaintext';

/** A resource as a deployment has it. */
export function resourceJson(state: ResourceState, secrets: PrintedSecrets): object {
  return encodeResource(state, { mode: secrets });
}

/** Inputs and outputs as engine events have them: what a text asset holds is left out. */
export function printedProperties(
  state: ResourceState,
  secrets: PrintedSecrets,
): { readonly inputs: unknown; readonly outputs: unknown } {
  const { inputs = {}, outputs = {} } = encodeResource(state, { mode: secrets });
  return { inputs: withoutTexts(inputs), outputs: withoutTexts(outputs) };
}

const signatureKey = '4dabf18193072939515e22adb298388d';
const assetSignature = 'c44067f5952c0a294b673a41bacd8c17';

function withoutTexts(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withoutTexts);
  if (typeof json !== 'object' || json === null) return json;
  const object = json as { readonly [key: string]: unknown };
  if (object[signatureKey] === assetSignature) {
    return 'text' in object ? { ...object, text: '<contents elided>' } : object;
  }
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, withoutTexts(value)]));
}

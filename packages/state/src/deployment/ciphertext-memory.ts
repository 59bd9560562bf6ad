import { propertyEquals, type Secret } from '@radiant/model';
import { isSealed } from './sealed-secret.ts';

/**
 * Where in a stack which secret was recorded. A program sends its secrets anew each time; one that is found equal at the
 * same place keeps its ciphertext, so that an unchanged secret does not change the file. Compared by place, because two
 * places with one ciphertext would tell that they hold the same.
 */
export interface CiphertextMemory {
  record(place: string, secret: Secret): void;
  /** The secret last recorded at `place`, when it has the value of `secret`. */
  equalAt(place: string, secret: Secret): Secret | undefined;
}

export function createCiphertextMemory(): CiphertextMemory {
  const byPlace = new Map<string, Secret>();
  return {
    record: (place, secret) => {
      byPlace.set(place, secret);
    },
    equalAt: (place, secret) => {
      const known = byPlace.get(place);
      if (known === undefined || isSealed(known) || isSealed(secret)) return undefined;
      return propertyEquals(known.value, secret.value) ? known : undefined;
    },
  };
}

/** `urn`, then the path of the value below it. */
export function formatPlace(urn: string, path: readonly (string | number)[]): string {
  return `${urn}\n${JSON.stringify(path)}`;
}

import { containsSecret, mapEntries, type PropertyMap, propertyEquals, revealSecrets, Secret } from '@radiant/model';

/**
 * What a policy has returned, with what it did not change as it was: policies see secrets in the clear and unknown values
 * without their source. What was secret and has been changed is secret still.
 */
export function restored(before: PropertyMap, returned: PropertyMap): PropertyMap {
  const plain = revealSecrets(before);
  return mapEntries(returned, (value, key) => {
    if (!Object.hasOwn(before, key)) return value;
    if (propertyEquals(plain[key]!, revealSecrets(value))) return before[key]!;
    return containsSecret(before[key]!) && !containsSecret(value) ? new Secret(value) : value;
  });
}

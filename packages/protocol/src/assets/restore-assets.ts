import { Archive, Asset, mapProperty, type PropertyMap, type PropertyValue } from '@radiant/model';

/**
 * A provider's answer in which assets and archives that came back by their hash alone, as it was sent them, have their
 * contents again: those of `originals` (Pulumi: restoreElidedAssetContents).
 */
export function restoreAssets(answer: PropertyMap, originals: readonly PropertyMap[]): PropertyMap {
  if (!holdsElided(answer)) return answer;
  const known = new Map<string, Asset | Archive>();
  for (const original of originals)
    mapProperty(original, (value) => {
      if (isFull(value) && value.hash !== '') known.set(keyOf(value), value);
      return value;
    });
  return mapProperty(answer, (value) => (isElided(value) ? (known.get(keyOf(value)) ?? value) : value)) as PropertyMap;
}

function holdsElided(answer: PropertyMap): boolean {
  let isFound = false;
  mapProperty(answer, (value) => {
    isFound ||= isElided(value);
    return value;
  });
  return isFound;
}

function isElided(value: PropertyValue): value is Asset | Archive {
  return (value instanceof Asset || value instanceof Archive) && value.content.kind === 'elided';
}

function isFull(value: PropertyValue): value is Asset | Archive {
  return (value instanceof Asset || value instanceof Archive) && value.content.kind !== 'elided';
}

/** An archive may have the hash of the file that it is, which is that of an asset, too. */
function keyOf(value: Asset | Archive): string {
  return `${value instanceof Asset ? 'asset' : 'archive'} ${value.hash}`;
}

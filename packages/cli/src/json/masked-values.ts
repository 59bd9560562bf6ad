import {
  Archive,
  Asset,
  isPropertyList,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from '@radiant/model';

/** How a secret is written: sealed as a state file would have it, its contents replaced; or as bare text. */
export type SecretForm = 'sealed' | 'text';

const signatureKey = '4dabf18193072939515e22adb298388d';
const signatures = {
  secret: '1b47061264138c4ac30d75fd1eb44270',
  asset: 'c44067f5952c0a294b673a41bacd8c17',
  archive: '0def7320c3a5731c473e5ecbe6d01bc7',
  resource: '5cf8f73096256a8f31e491e813e4eb8e',
} as const;
/** What Pulumi writes where a value is not known yet. */
const unknownText = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** A value as JSON in the encoding of state files, no secret of which leaves (Pulumi: the blinding crypter). */
export function maskedJson(value: PropertyValue, form: SecretForm): unknown {
  if (value instanceof Secret) return maskedSecret(form);
  if (value instanceof Unknown) return unknownText;
  if (value instanceof OutputValue) return maskedOutput(value, form);
  if (value instanceof Asset) return { [signatureKey]: signatures.asset, hash: value.hash, ...assetContent(value) };
  if (value instanceof Archive)
    return { [signatureKey]: signatures.archive, hash: value.hash, ...archiveContent(value) };
  if (value instanceof ResourceReference) return resourceReference(value);
  if (value !== null && isPropertyList(value)) return value.map((item) => maskedJson(item, form));
  return isPropertyMap(value) ? maskedMapJson(value, form) : value;
}

/** Keys in order, as Go's encoder writes maps. */
export function maskedMapJson(map: PropertyMap, form: SecretForm): { readonly [key: string]: unknown } {
  const keys = Object.keys(map).sort();
  return Object.fromEntries(keys.map((key) => [key, maskedJson(map[key]!, form)]));
}

function maskedSecret(form: SecretForm): unknown {
  return form === 'text' ? '[secret]' : { [signatureKey]: signatures.secret, ciphertext: '[secret]' };
}

function maskedOutput(value: OutputValue, form: SecretForm): unknown {
  if (value.isSecret) return maskedSecret(form);
  return value.value === undefined ? unknownText : maskedJson(value.value, form);
}

function resourceReference(value: ResourceReference): unknown {
  const id = value.id instanceof Unknown ? '' : value.id;
  return {
    [signatureKey]: signatures.resource,
    urn: value.urn,
    ...(id !== undefined && { id }),
    packageVersion: value.packageVersion,
  };
}

function assetContent(asset: Asset): object {
  switch (asset.content.kind) {
    case 'text':
      return { text: '<contents elided>' };
    case 'path':
      return { path: asset.content.path };
    case 'uri':
      return { uri: asset.content.uri };
    case 'elided':
      return {};
  }
}

function archiveContent(archive: Archive): object {
  const { content } = archive;
  switch (content.kind) {
    case 'assets': {
      const entries = Object.entries(content.assets).map(([name, inner]) => [name, maskedJson(inner, 'sealed')]);
      return { assets: Object.fromEntries(entries) };
    }
    case 'path':
      return { path: content.path };
    case 'uri':
      return { uri: content.uri };
    case 'elided':
      return {};
  }
}

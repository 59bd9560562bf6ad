import { isPropertyList, isPropertyMap, type PropertyMap, type PropertyValue, Secret } from '@radiant/model';
import type { KubeKind } from '../kinds/resource-kind.ts';
import { isSecretKind, withSecretData } from './from-json.ts';

/** Shorter texts occur by chance in any message, and hiding them would hide nothing. */
const secretLengthMin = 4;

/** `message` with every secret of the resource taken out: API servers quote the values they refuse. */
export function redact(message: string, kind: KubeKind, inputs: PropertyMap): string {
  const secrets = new Set<string>();
  collect(isSecretKind(kind) ? withSecretData(inputs) : inputs, false, isSecretKind(kind), secrets);
  let clean = message;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(secret, '[secret]');
  return clean;
}

function collect(value: PropertyValue | undefined, isSecret: boolean, isBase64: boolean, found: Set<string>): void {
  if (value instanceof Secret) collect(value.value, true, isBase64, found);
  else if (typeof value === 'string' && isSecret) {
    const readable = isBase64 ? [value, Buffer.from(value, 'base64').toString('utf8')] : [value];
    for (const text of readable) {
      if (text.length < secretLengthMin) continue;
      found.add(text);
      found.add(JSON.stringify(text).slice(1, -1));
    }
  } else if (value !== undefined && value !== null && isPropertyList(value))
    for (const item of value) collect(item, isSecret, isBase64, found);
  else if (isPropertyMap(value)) for (const item of Object.values(value)) collect(item, isSecret, isBase64, found);
}

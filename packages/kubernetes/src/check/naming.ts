import { createHash } from 'node:crypto';
import type { PropertyMap } from '@radiant/model';
import { isAutonamed } from '../kinds/annotations.ts';
import { metadataText } from '../kinds/resource-kind.ts';

/** The longest name any kind takes (Kubernetes: DNS-1123 subdomain). */
const nameLengthMax = 253;

/** `<resource name>-<8 hex digits>`, the same for the same seed. */
export function proposedName(resourceName: string, seed: Uint8Array): string {
  const suffix = createHash('sha256').update(seed).digest('hex').slice(0, 8);
  return `${resourceName.slice(0, nameLengthMax - suffix.length - 1)}-${suffix}`;
}

/** The name an earlier check made up, which the resource keeps. */
export function adoptedName(oldInputs: PropertyMap | undefined): string | undefined {
  return oldInputs !== undefined && isAutonamed(oldInputs) ? metadataText(oldInputs, 'name') : undefined;
}

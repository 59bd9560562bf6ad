import { type CheckRequest, type PropertyMap, SeededRandom } from '@radiant/model';
import { isAutonamed } from '../kinds/annotations.ts';
import { metadataText } from '../kinds/resource-kind.ts';

/** The longest name any kind takes (Kubernetes: DNS-1123 subdomain). */
const nameLengthMax = 253;

const suffixLength = 8;

/**
 * The name of an object that the program gives none: that of an earlier check, else what the stack's configuration
 * proposes, else the resource's name and a suffix that follows from the seed, as Pulumi's provider makes it. Undefined when
 * the configuration wants no names to be made up.
 */
export function automaticName({ name, oldInputs, autonaming, randomSeed }: CheckRequest): string | undefined {
  const adopted = adoptedName(oldInputs);
  if (adopted !== undefined) return adopted;
  if (autonaming === undefined) return suffixedName(name, randomSeed);
  return autonaming.mode === 'disable' ? undefined : autonaming.proposedName;
}

/** `<resource name>-<8 hex digits>`, the same for the same seed. */
function suffixedName(resourceName: string, seed: Uint8Array): string {
  const suffix = new SeededRandom(seed).text(suffixLength, '0123456789abcdef');
  return `${resourceName.slice(0, nameLengthMax - suffixLength - 1)}-${suffix}`;
}

/** The name an earlier check made up, which the resource keeps. */
function adoptedName(oldInputs: PropertyMap | undefined): string | undefined {
  return oldInputs !== undefined && isAutonamed(oldInputs) ? metadataText(oldInputs, 'name') : undefined;
}

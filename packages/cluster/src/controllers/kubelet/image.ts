import { fnv32 } from '../../kinds/safe-hash.ts';

const host = '[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\\d+)?';
const part = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
const reference = new RegExp(`^(?:${host}/)?${part}(?:/${part})*(?::[\\w][\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`);

/** The image with this tag cannot be pulled by anyone: the way to see a failing rollout without an annotation. */
const missingTag = 'missing';

export interface PullFailure {
  readonly reason: 'ErrImagePull' | 'InvalidImageName';
  readonly message: string;
}

/** Why an image cannot be had; undefined when it can. `simulated` is the message that an annotation asks for. */
export function pullFailureOf(image: string, simulated: string | undefined): PullFailure | undefined {
  if (!reference.test(image)) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    return { reason: 'InvalidImageName', message };
  }
  if (simulated !== undefined && simulated !== 'true') return { reason: 'ErrImagePull', message: simulated };
  if (simulated === undefined && tagOf(image) !== missingTag) return undefined;
  const full = fullImageName(image);
  const message = `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`;
  return { reason: 'ErrImagePull', message };
}

/** As container runtimes name images: with registry and tag. */
export function fullImageName(image: string): string {
  const first = image.split('/')[0]!;
  const hasRegistry = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const path = hasRegistry ? image : `docker.io/${image.includes('/') ? image : `library/${image}`}`;
  return path.includes('@') || tagOf(path) !== undefined ? path : `${path}:latest`;
}

/** The digest a pulled image has: the same for the same name. */
export function imageIdOf(image: string): string {
  const full = fullImageName(image);
  if (full.includes('@')) return full;
  return `${full.slice(0, full.lastIndexOf(':'))}@sha256:${hex64(full)}`;
}

/** 64 hexadecimal digits that stay the same for the same text. */
export function hex64(text: string): string {
  return Array.from({ length: 8 }, (_, at) => fnv32(`${at}${text}`).toString(16).padStart(8, '0')).join('');
}

function tagOf(image: string): string | undefined {
  const name = image.slice(image.lastIndexOf('/') + 1).split('@')[0]!;
  const colon = name.indexOf(':');
  return colon < 0 ? undefined : name.slice(colon + 1);
}

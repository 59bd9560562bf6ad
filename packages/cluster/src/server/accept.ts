import { ApiError } from '../api-error.ts';

/** The forms in which objects can be answered (kubernetes docs: API concepts, "Resource representations" and "Table fetch"). */
export type Representation = 'object' | 'table' | 'metadata';

export interface Accepted {
  readonly representation: Representation;
  readonly format: 'json' | 'yaml';
}

interface MediaRange {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export function parseAccept(header: string | undefined): readonly MediaRange[] {
  if (header === undefined || header.trim() === '') return [{ type: '*/*', parameters: {} }];
  return header
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((text) => text.trim());
      return {
        type: type.toLowerCase(),
        parameters: Object.fromEntries(
          parameters.map((parameter) => parameter.split('=').map((text) => text.trim()) as [string, string]),
        ),
      };
    })
    .map((range) => ({ ...range, quality: Number(range.parameters.q ?? 1) }))
    .filter(({ type, quality }) => type !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

/** The first form the client accepts that there is. Throws ApiError 406 when there is none (protobuf and CBOR only). */
export function negotiate(header: string | undefined): Accepted {
  for (const { type, parameters } of parseAccept(header)) {
    const format = formatOf(type);
    if (format === undefined) continue;
    const { as, g: group, v: version } = parameters;
    if (as === undefined) return { representation: 'object', format };
    if (group !== 'meta.k8s.io' || version !== 'v1') continue;
    if (as === 'Table') return { representation: 'table', format };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList')
      return { representation: 'metadata', format };
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml',
  );
}

function formatOf(type: string): 'json' | 'yaml' | undefined {
  if (['application/json', 'application/*', '*/*'].includes(type)) return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}

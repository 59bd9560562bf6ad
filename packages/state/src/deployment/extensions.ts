import type { Extension } from '@radiant/model';
import type { JsonObject } from './deployment-json.ts';
import { type FieldReader, optionalObject, readerOf, requiredText } from './field-reader.ts';

/** By their references: what resources name as `extensionRef` (Pulumi: DeploymentV3.Extensions). */
export type Extensions = ReadonlyMap<string, Extension>;

export function encodeExtensions(extensions: Extensions): JsonObject {
  const refs = [...extensions.keys()].sort();
  return Object.fromEntries(
    refs.map((ref) => {
      const { name, version, value } = extensions.get(ref)!;
      return [ref, { name, version, value }];
    }),
  );
}

/** The field `extensions`; none when there is no such field. */
export function decodeExtensions(reader: FieldReader): Extensions {
  const map = optionalObject(reader, 'extensions');
  const decoded = Object.keys(map).map((ref): [string, Extension] => {
    const extension = readerOf(map[ref], `${reader.path}.extensions.${ref}`, reader.source);
    const [name, version, value] = [
      requiredText(extension, 'name'),
      requiredText(extension, 'version'),
      requiredText(extension, 'value'),
    ];
    return [ref, { ref, name, version, value }];
  });
  return new Map(decoded);
}

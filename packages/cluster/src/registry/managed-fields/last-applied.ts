import type { KubeObject } from '../../kube-object.ts';
import { DecodeError, decodeStruct } from '../../schema/decode.ts';
import type { StructType } from '../../schema/field-types.ts';
import { compareFields } from './compare.ts';
import { difference, emptySet, type FieldSet } from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import { ListItemError } from './list-elements.ts';

/** Where `kubectl apply` on the client side keeps what it applied. */
const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
/** Only kubectl's own server-side apply takes over from its client-side apply. */
const successor = 'kubectl';

/**
 * What a server-side apply by kubectl may take without a conflict: what kubectl itself applied on the client side, as long as it still has
 * the value it was given (the API server's lastAppliedManager).
 */
export function fieldsAppliedByClient(live: KubeObject, manager: string, type: StructType): FieldSet {
  const text = live.metadata.annotations?.[annotation];
  if (manager !== successor || text === undefined) return emptySet;
  try {
    const { value } = decodeStruct(JSON.parse(text), type);
    const applied = fieldsOf(value, type);
    const { added, modified, removed } = compareFields(value, live, type);
    return [added, modified, removed].reduce(difference, applied);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DecodeError || error instanceof ListItemError) return emptySet;
    throw error;
  }
}

/** Keeps the annotation true to what kubectl has now applied, so that one can go back to applying on the client side. */
export function withLastApplied(object: KubeObject, config: KubeObject, manager: string): KubeObject {
  if (manager !== successor || object.metadata.annotations?.[annotation] === undefined) return object;
  const { [annotation]: _, ...annotations } = config.metadata.annotations ?? {};
  const applied = { ...config, metadata: { ...config.metadata, annotations } };
  return {
    ...object,
    metadata: {
      ...object.metadata,
      annotations: { ...object.metadata.annotations, [annotation]: `${JSON.stringify(applied)}\n` },
    },
  };
}

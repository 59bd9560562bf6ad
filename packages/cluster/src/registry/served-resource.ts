import type { KubeObject } from '../kube-object.ts';
import type { Decoded } from '../schema/decode.ts';
import type { StructType } from '../schema/field-types.ts';
import type { SchemaSubresource } from '../schema/kube-types.ts';
import type { ScalePaths } from './custom-resources/definition.ts';
import type { StructuralSchema } from './custom-resources/structural-schema.ts';
import type { KubeKind } from './kube-kind.ts';

/** A resource as one API version serves it. */
export interface ServedResource {
  readonly kind: KubeKind;
  /** `apps/v1`, or `v1`. */
  readonly apiVersion: string;
  readonly type: StructType;
  readonly verbs: readonly string[];
  readonly subresources: Readonly<Record<string, SchemaSubresource>>;
  /** Where the store keeps its objects: `apps/deployments`. */
  readonly collection: string;
  /** The version its objects are stored in; itself, for nearly all. */
  readonly stored: ServedResource;
  readonly toStored: (object: KubeObject) => KubeObject;
  readonly fromStored: (object: KubeObject) => KubeObject;
  /** Reads a body. Throws DecodeError. */
  readonly read: (raw: unknown) => Decoded;
  /** Set for the resource of a CustomResourceDefinition. */
  readonly custom?: { readonly schema: StructuralSchema; readonly scale?: ScalePaths };
}

import { isPropertyMap, type PropertyMap, type PropertyValue, Secret } from '@radiant/model';
import type { JsonMap } from '../json.ts';
import { apiVersionOf, type KubeKind } from '../kinds/resource-kind.ts';
import { fromJson, withSecrets } from './from-json.ts';

/** What is recorded beside the live object (Pulumi: the checkpoint object of the Kubernetes provider). */
export interface RecordedFields {
  readonly inputs: PropertyMap;
  readonly initialApiVersion: string;
  readonly fieldManager: string;
}

/** The outputs to record for `object`: as it is in the cluster, and how it was asked for. */
export function recordedOutputs(kind: KubeKind, object: JsonMap, fields: RecordedFields): PropertyMap {
  return {
    ...withSecrets(kind, fields.inputs, withoutKind(kind, fromJson(object))),
    __inputs: fields.inputs,
    __initialApiVersion: fields.initialApiVersion,
    __fieldManager: fields.fieldManager,
  };
}

/** Items of a LIST come without the two fields that name their kind. */
function withoutKind(kind: KubeKind, object: PropertyMap): PropertyMap {
  return object.kind === undefined ? { apiVersion: apiVersionOf(kind), kind: kind.kind, ...object } : object;
}

export function recordedFieldManager(outputs: PropertyMap): string | undefined {
  const value = open(outputs.__fieldManager);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function recordedInitialApiVersion(outputs: PropertyMap, otherwise: string): string {
  const value = open(outputs.__initialApiVersion);
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/** The UID of the live object as it was recorded. */
export function recordedUid(outputs: PropertyMap): string | undefined {
  const metadata = open(outputs.metadata);
  if (!isPropertyMap(metadata)) return undefined;
  const uid = open(metadata.uid);
  return typeof uid === 'string' && uid !== '' ? uid : undefined;
}

function open(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.value : value;
}

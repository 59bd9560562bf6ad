import { ApiError } from '../api-error.ts';
import type { FieldType, ScalarFormat, StructType } from '../schema/field-types.ts';
import fieldNumbers from '../schema/kube-field-numbers.json' with { type: 'json' };
import { structNamed, structNames } from '../schema/kube-types.ts';
import { ProtobufError, readMessage, type WireField } from './protobuf-reader.ts';

/**
 * Bodies in `application/vnd.kubernetes.protobuf`, which Go clients prefer for built-in kinds (kubernetes docs: API concepts, "Kubernetes
 * Protobuf encoding"). Fields newer than the numbers we have are left out. Throws ApiError 400 or 415.
 */
export function decodeProtobuf(bytes: Uint8Array): Record<string, unknown> {
  try {
    const { apiVersion, kind, raw } = readEnvelope(bytes);
    const struct = structOf(apiVersion, kind);
    return { kind, apiVersion, ...decodeStruct(readMessage(raw), struct) };
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new ApiError(400, 'BadRequest', `the body of the request could not be read as protobuf: ${error.message}`);
  }
}

const magic = [0x6b, 0x38, 0x73, 0x00];

function readEnvelope(bytes: Uint8Array): { apiVersion: string; kind: string; raw: Uint8Array } {
  if (!magic.every((byte, index) => bytes[index] === byte))
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const unknown = new Map(readMessage(bytes.subarray(magic.length)));
  const typeMeta = new Map(readMessage(asBytes(unknown.get(1) ?? new Uint8Array())));
  return {
    apiVersion: asText(typeMeta.get(1) ?? new Uint8Array()),
    kind: asText(typeMeta.get(2) ?? new Uint8Array()),
    raw: asBytes(unknown.get(2) ?? new Uint8Array()),
  };
}

const metaKinds = new Set(['DeleteOptions']);

function structOf(apiVersion: string, kind: string): StructType {
  const [first = '', second] = apiVersion.split('/');
  const group = second === undefined ? 'core' : first.split('.')[0];
  const name = metaKinds.has(kind) ? `meta.v1.${kind}` : `${group}.${second ?? first}.${kind}`;
  if (structNames.includes(name) && numbersOf(name) !== undefined) return structNamed(name);
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    `${kind} of ${apiVersion} is not accepted as protobuf - accepted media types include: application/json, application/yaml`,
  );
}

interface NumberedField {
  readonly name: string;
  /** Set for an embedded message, whose fields belong to the parent. */
  readonly embedded: string | undefined;
}

const parsedNumbers = new Map<string, ReadonlyMap<number, NumberedField>>();

function numbersOf(type: string): ReadonlyMap<number, NumberedField> | undefined {
  const known = parsedNumbers.get(type);
  if (known !== undefined) return known;
  const text = (fieldNumbers as Record<string, string>)[type];
  if (text === undefined) return undefined;
  const parsed = new Map(
    text.split(' ').map((part) => {
      const [name = '', number] = part.split('=');
      return [
        Number(number),
        name.startsWith('+') ? { name: '', embedded: name.slice(1) } : { name, embedded: undefined },
      ];
    }),
  );
  parsedNumbers.set(type, parsed);
  return parsed;
}

function decodeStruct(wire: readonly WireField[], struct: StructType): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  decodeInto(result, wire, struct, struct.name);
  return result;
}

/** `numbers` is the message whose numbers count: the struct's own, or one embedded in it. */
function decodeInto(
  result: Record<string, unknown>,
  wire: readonly WireField[],
  struct: StructType,
  numbers: string,
): void {
  const fields = numbersOf(numbers);
  if (fields === undefined) return;
  for (const [number, value] of wire) {
    const field = fields.get(number);
    if (field === undefined) continue;
    if (field.embedded !== undefined) {
      decodeInto(result, readMessage(asBytes(value)), struct, field.embedded);
      continue;
    }
    const spec = struct.fields.get(field.name);
    if (spec === undefined) continue;
    if (spec.type.type === 'list') {
      result[field.name] ??= [];
      (result[field.name] as unknown[]).push(decodeValue(value, spec.type.of));
    } else if (spec.type.type === 'map') {
      result[field.name] ??= {};
      addEntry(result[field.name] as Record<string, unknown>, value, spec.type.of);
    } else {
      const decoded = decodeValue(value, spec.type);
      if (spec.isRequired || !isUnset(field.name, decoded)) result[field.name] = decoded;
    }
  }
}

function addEntry(map: Record<string, unknown>, value: WireField[1], of: FieldType): void {
  const entry = new Map(readMessage(asBytes(value)));
  const key = asText(entry.get(1) ?? new Uint8Array());
  const content = entry.get(2) ?? new Uint8Array();
  if (key === '__proto__') return;
  // A list inside a map travels as a message with the items in its first field.
  map[key] =
    of.type === 'list'
      ? readMessage(asBytes(content)).map(([, item]) => decodeValue(item, of.of))
      : decodeValue(content, of);
}

function decodeValue(value: WireField[1], type: FieldType): unknown {
  switch (type.type) {
    case 'struct':
      return decodeStruct(readMessage(asBytes(value)), type);
    case 'scalar':
      return decodeScalar(value, type.format);
    case 'any': {
      // FieldsV1, RawExtension and JSON: a message with JSON text in its first field.
      const [raw] = readMessage(asBytes(value));
      const text = raw === undefined ? '' : asText(raw[1]);
      return text === '' ? undefined : parseJson(text);
    }
    default:
      throw new ProtobufError(`a ${type.type} cannot be an item`);
  }
}

function decodeScalar(value: WireField[1], format: ScalarFormat): unknown {
  switch (format) {
    case 'string':
      return asText(value);
    case 'boolean':
      return value !== 0n;
    case 'int32':
    case 'int64':
    case 'double':
      return Number(value);
    case 'bytes':
      return Buffer.from(asBytes(value)).toString('base64');
    case 'quantity': {
      const [text] = readMessage(asBytes(value));
      return text === undefined ? '0' : asText(text[1]);
    }
    case 'int-or-string': {
      const parts = new Map(readMessage(asBytes(value)));
      return parts.get(1) === 1n ? asText(parts.get(3) ?? new Uint8Array()) : Number(parts.get(2) ?? 0);
    }
    case 'time':
    case 'micro-time': {
      const parts = new Map(readMessage(asBytes(value)));
      return parts.size === 0 ? undefined : timeText(Number(parts.get(1) ?? 0), Number(parts.get(2) ?? 0), format);
    }
  }
}

function timeText(seconds: number, nanos: number, format: 'time' | 'micro-time'): string {
  const base = new Date(seconds * 1000).toISOString().replace('.000Z', '');
  return format === 'time' ? `${base}Z` : `${base}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}

/**
 * Go writes the zero values of fields that are no pointers. They mean "not given", except where a pointer says that somebody gave a zero.
 */
const zeroIsGiven = new Set(
  [
    'activeDeadlineSeconds allocateLoadBalancerNodePorts allowPrivilegeEscalation allowVolumeExpansion attachRequired',
    'automountServiceAccountToken averageUtilization backoffLimit backoffLimitPerIndex blockOwnerDeletion completions controller',
    'defaultMode deletionGracePeriodSeconds enableServiceLinks expirationSeconds failedJobsHistoryLimit fsGroup gracePeriodSeconds',
    'hostProcess hostUsers immutable leaseDurationSeconds leaseTransitions manualSelector maxFailedIndexes maxSurge maxUnavailable',
    'minAvailable minDomains minReplicas mode optional orphanDependents parallelism partition podInfoOnMount priority privileged',
    'progressDeadlineSeconds readOnlyRootFilesystem ready replicas requiresRepublish revisionHistoryLimit runAsGroup runAsNonRoot',
    'runAsUser seLinuxMount serving setHostnameAsFQDN shareProcessNamespace stabilizationWindowSeconds started startingDeadlineSeconds',
    'storageCapacity storageClassName successfulJobsHistoryLimit suspend terminating terminationGracePeriodSeconds tolerationSeconds',
    'ttlSecondsAfterFinished',
  ].flatMap((line) => line.split(' ')),
);
const structsHeldByValue = new Set(['status', 'strategy', 'updateStrategy', 'resources', 'loadBalancer']);

function isUnset(name: string, value: unknown): boolean {
  if (value === undefined) return true;
  if (value === '' || value === 0 || value === false) return !zeroIsGiven.has(name);
  return structsHeldByValue.has(name) && typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function asBytes(value: WireField[1]): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new ProtobufError('proto: wrong wireType');
}

function asText(value: WireField[1]): string {
  return Buffer.from(asBytes(value)).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtobufError('the raw JSON of a field cannot be read');
  }
}

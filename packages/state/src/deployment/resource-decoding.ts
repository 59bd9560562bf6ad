import type {
  CustomTimeouts,
  Disposition,
  HookBindings,
  Ownership,
  PendingOperation,
  PendingOperationKind,
  PropertyMap,
  ResourceState,
  StackFrame,
  Urn,
} from '@radiant/model';
import type { CiphertextMemory } from './ciphertext-memory.ts';
import type { Json, JsonObject } from './deployment-json.ts';
import type { Extensions } from './extensions.ts';
import {
  type FieldReader,
  failField,
  optionalList,
  optionalObject,
  optionalText,
  optionalTexts,
  optionalTrue,
  readerOf,
  refuseTooDeep,
  requiredText,
} from './field-reader.ts';
import { decodeProperties, decodeProperty, type PropertyDecoder } from './property-decoding.ts';
import { hookFields } from './resource-encoding.ts';
import { decodeSecretJson, type OpenedSecrets } from './secret-decoding.ts';

export interface DecodingContext {
  /** The file, or what else the text came from. */
  readonly source: string;
  readonly opened: OpenedSecrets;
  readonly memory?: CiphertextMemory | undefined;
  readonly extensions?: Extensions;
}

/** Reads a resource (Pulumi: apitype.ResourceV1 to ResourceV3). Throws an OperationError that names the field. */
export function decodeResource(json: unknown, path: string, context: DecodingContext): ResourceState {
  const reader = readerOf(json, path, context.source);
  const urn = requiredText(reader, 'urn') as Urn;
  const decoder = createDecoder(reader, urn, context);
  refuseTooDeep(reader, (field) => propertyFields.has(field));
  const trigger = reader.json.replacementTrigger;
  const hooks = readHooks(reader);
  const extension = context.extensions?.get(optionalText(reader, 'extensionRef') ?? '');
  const extra = readExtra(reader.json, extension === undefined ? knownFields : knownWithExtension);
  return {
    urn,
    type: requiredText(reader, 'type'),
    ownership: readOwnership(reader),
    disposition: readDisposition(reader),
    id: optionalText(reader, 'id') ?? '',
    inputs: readProperties(reader, 'inputs', decoder),
    outputs: readProperties(reader, 'outputs', decoder),
    ...optional('parent', optionalText(reader, 'parent') as Urn | undefined),
    provider: optionalText(reader, 'provider') ?? '',
    dependencies: optionalTexts(reader, 'dependencies') as readonly Urn[],
    propertyDependencies: readPropertyDependencies(reader),
    ...optional('deletedWith', optionalText(reader, 'deletedWith') as Urn | undefined),
    ...optional('viewOf', optionalText(reader, 'viewOf') as Urn | undefined),
    replaceWith: optionalTexts(reader, 'replaceWith') as readonly Urn[],
    ...(trigger === undefined || trigger === null ? {} : { replacementTrigger: readTrigger(trigger, decoder) }),
    isProtected: optionalTrue(reader, 'protect'),
    isTainted: optionalTrue(reader, 'taint'),
    refreshBeforeUpdate: optionalTrue(reader, 'refreshBeforeUpdate'),
    retainOnDelete: optionalTrue(reader, 'retainOnDelete'),
    initErrors: optionalTexts(reader, 'initErrors'),
    additionalSecretOutputs: optionalTexts(reader, 'additionalSecretOutputs'),
    ignoreChanges: optionalTexts(reader, 'ignoreChanges'),
    replaceOnChanges: optionalTexts(reader, 'replaceOnChanges'),
    hideDiffs: optionalTexts(reader, 'hideDiff'),
    customTimeouts: readTimeouts(reader),
    ...optional('importId', optionalText(reader, 'importID')),
    ...optional('hooks', hooks),
    ...optional('extension', extension),
    ...optional('sourcePosition', optionalText(reader, 'sourcePosition')),
    stackTrace: readStackTrace(reader),
    ...optional('created', optionalText(reader, 'created')),
    ...optional('modified', optionalText(reader, 'modified')),
    ...optional('extra', extra),
  };
}

/** Those that hold property values. */
const propertyFields: ReadonlySet<string> = new Set(['inputs', 'outputs', 'replacementTrigger']);

const pendingKinds: ReadonlySet<string> = new Set<PendingOperationKind>([
  'creating',
  'updating',
  'deleting',
  'reading',
  'importing',
]);

export function decodePendingOperation(json: unknown, path: string, context: DecodingContext): PendingOperation {
  const reader = readerOf(json, path, context.source);
  const kind = requiredText(reader, 'type');
  if (!pendingKinds.has(kind))
    failField(reader, 'type', `should be one of ${[...pendingKinds].join(', ')}, but is "${kind}"`);
  return {
    kind: kind as PendingOperationKind,
    resource: decodeResource(reader.json.resource, `${path}.resource`, context),
  };
}

export function createDecoder(reader: FieldReader, urn: Urn, { opened, memory }: DecodingContext): PropertyDecoder {
  const decoder: PropertyDecoder = {
    path: [],
    fail: (path, problem) => failField(reader, path.join('.'), problem),
    decodeSecret: (json, path) => decodeSecretJson(json, urn, path, opened, memory, decoder),
  };
  return decoder;
}

export function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: V });
}

function readOwnership(reader: FieldReader): Ownership {
  if (!optionalTrue(reader, 'custom')) return 'component';
  return optionalTrue(reader, 'external') ? 'external' : 'managed';
}

function readDisposition(reader: FieldReader): Disposition {
  if (optionalTrue(reader, 'delete')) return 'superseded';
  return optionalTrue(reader, 'pendingReplacement') ? 'awaiting-recreate' : 'live';
}

export function readProperties(reader: FieldReader, field: string, decoder: PropertyDecoder): PropertyMap {
  const map = optionalObject(reader, field);
  decoder.path.push(field);
  const properties = decodeProperties(map, decoder);
  decoder.path.pop();
  return properties;
}

function readTrigger(json: Json, decoder: PropertyDecoder) {
  decoder.path.push('replacementTrigger');
  const trigger = decodeProperty(json, decoder);
  decoder.path.pop();
  return trigger;
}

export function readPropertyDependencies(reader: FieldReader): { readonly [property: string]: readonly Urn[] } {
  const map = optionalObject(reader, 'propertyDependencies');
  let isClean = true;
  for (const key of Object.keys(map)) {
    const list = map[key];
    if (list === null) isClean = false;
    else if (!Array.isArray(list) || list.some((item) => typeof item !== 'string'))
      failField(reader, `propertyDependencies.${key}`, 'should be a list of texts');
  }
  // Go writes an empty list that was never made as null.
  const lists = isClean ? map : Object.fromEntries(Object.entries(map).map(([key, list]) => [key, list ?? []]));
  return lists as { readonly [property: string]: readonly Urn[] };
}

export function readTimeouts(reader: FieldReader): CustomTimeouts {
  const timeouts = optionalObject(reader, 'customTimeouts');
  const result: { -readonly [key in keyof CustomTimeouts]: number } = {};
  for (const key of ['create', 'update', 'delete', 'read'] as const) {
    const seconds = timeouts[key];
    if (seconds === undefined || seconds === null) continue;
    if (typeof seconds !== 'number') failField(reader, `customTimeouts.${key}`, 'should be a number of seconds');
    result[key] = seconds;
  }
  return result;
}

function readHooks(reader: FieldReader): HookBindings | undefined {
  const lists = optionalObject(reader, 'resourceHooks');
  if (Object.keys(lists).length === 0) return undefined;
  const hookReader = readerOf(lists, `${reader.path}.resourceHooks`, reader.source);
  return Object.fromEntries(
    hookFields.map(([field, name]) => [name, optionalTexts(hookReader, field)]),
  ) as unknown as HookBindings;
}

const noFrames: readonly StackFrame[] = Object.freeze([]);

function readStackTrace(reader: FieldReader): readonly StackFrame[] {
  const frames = optionalList(reader, 'stackTrace');
  if (frames.length === 0) return noFrames;
  if (frames.some((frame) => typeof frame !== 'object' || frame === null || Array.isArray(frame)))
    failField(reader, 'stackTrace', 'should be a list of objects');
  return frames as readonly StackFrame[];
}

/** Fields with a place in ResourceState. `aliases` are settled at load and `defaults` (version 1) are of no use. */
const knownFields: ReadonlySet<string> = new Set([
  ...['urn', 'custom', 'delete', 'id', 'type', 'inputs', 'outputs', 'parent', 'protect', 'taint', 'external'],
  ...['dependencies', 'initErrors', 'provider', 'propertyDependencies', 'pendingReplacement'],
  ...['additionalSecretOutputs', 'aliases', 'customTimeouts', 'importID', 'retainOnDelete', 'deletedWith'],
  ...['replaceWith', 'created', 'modified', 'sourcePosition', 'stackTrace', 'ignoreChanges', 'hideDiff'],
  ...['replaceOnChanges', 'replacementTrigger', 'refreshBeforeUpdate', 'viewOf', 'defaults'],
]);

/** A reference to an extension that is nowhere is kept as it is. */
const knownWithExtension: ReadonlySet<string> = new Set([...knownFields, 'extensionRef']);

const knownHooks: ReadonlySet<string> = new Set(hookFields.map(([field]) => field));

function readExtra(json: JsonObject, known: ReadonlySet<string>): ResourceState['extra'] {
  let extra: Record<string, unknown> | undefined;
  for (const field in json) {
    if (known.has(field)) continue;
    let value: unknown = json[field];
    if (field === 'resourceHooks') {
      const unknownHooks = Object.entries(value ?? {}).filter(([name]) => !knownHooks.has(name));
      if (unknownHooks.length === 0) continue;
      value = Object.fromEntries(unknownHooks);
    }
    extra ??= {};
    extra[field] = value;
  }
  return extra;
}

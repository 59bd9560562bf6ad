import type { HookBindings, PendingOperation, PropertyMap, ResourceState } from '@radiant/model';
import type { Feature, Json, JsonObject, ResourceJson } from './deployment-json.ts';
import { encodeProperties, encodeProperty } from './property-encoding.ts';
import { createEncoder, type EncryptionOptions, type ResourceEncoder, type SecretsMode } from './secret-encoding.ts';

/**
 * A resource as `preview --json`, the engine's events and `--show-secrets` print it (Pulumi: apitype.ResourceV3). For a
 * store use `encodeDeployment`, which encrypts.
 */
export function encodeResource(state: ResourceState, options: { readonly mode: PrintedSecretsMode }): ResourceJson {
  return encodeResourceWith(state, createEncoder(options.mode, {}));
}

/** Property maps in the same form. */
export function encodePrinted(map: PropertyMap, { mode }: { readonly mode: PrintedSecretsMode }): JsonObject {
  return encodeProperties(map, createEncoder(mode, {}));
}

export type PrintedSecretsMode = Exclude<SecretsMode, 'encrypted'>;

/** The same, encrypted. New secrets of one call are encrypted together. */
export async function encryptResource(state: ResourceState, options: EncryptionOptions): Promise<ResourceJson> {
  const encoder = createEncoder('encrypted', options);
  const json = encodeResourceWith(state, encoder);
  await encoder.settle();
  return json;
}

export function encodePendingOperation(pending: PendingOperation, encoder: ResourceEncoder): JsonObject {
  return { resource: encodeResourceWith(pending.resource, encoder), type: pending.kind };
}

/** In the order of Pulumi's fields; those that hold nothing are left out. */
export function encodeResourceWith(state: ResourceState, encoder: ResourceEncoder): ResourceJson {
  encoder.urn = state.urn;
  const json: Record<string, Json | undefined> = { urn: state.urn, custom: state.ownership !== 'component' };
  if (state.disposition === 'superseded') json.delete = true;
  if (state.id !== '') json.id = state.id;
  json.type = state.type;
  putProperties(json, 'inputs', state.inputs, encoder);
  putProperties(json, 'outputs', state.outputs, encoder);
  putText(json, 'parent', state.parent);
  putTrue(json, 'protect', state.isProtected);
  putTrue(json, 'taint', state.isTainted);
  putTrue(json, 'external', state.ownership === 'external');
  putList(json, 'dependencies', state.dependencies);
  putList(json, 'initErrors', state.initErrors);
  putText(json, 'provider', state.provider);
  if (!isEmpty(state.propertyDependencies)) json.propertyDependencies = sortKeys(state.propertyDependencies);
  putTrue(json, 'pendingReplacement', state.disposition === 'awaiting-recreate');
  putList(json, 'additionalSecretOutputs', state.additionalSecretOutputs);
  const timeouts = encodeTimeouts(state.customTimeouts);
  if (!isEmpty(timeouts)) json.customTimeouts = timeouts;
  putText(json, 'importID', state.importId);
  putTrue(json, 'retainOnDelete', state.retainOnDelete);
  putText(json, 'deletedWith', state.deletedWith);
  putText(json, 'viewOf', state.viewOf);
  putList(json, 'replaceWith', state.replaceWith);
  putText(json, 'created', state.created);
  putText(json, 'modified', state.modified);
  putText(json, 'sourcePosition', state.sourcePosition);
  if (state.stackTrace.length > 0) json.stackTrace = state.stackTrace as unknown as Json;
  putList(json, 'ignoreChanges', state.ignoreChanges);
  putList(json, 'hideDiff', state.hideDiffs);
  putList(json, 'replaceOnChanges', state.replaceOnChanges);
  if (state.replacementTrigger !== undefined && state.replacementTrigger !== null) {
    encoder.path.push('replacementTrigger');
    json.replacementTrigger = encodeProperty(state.replacementTrigger, encoder);
    encoder.path.pop();
  }
  putTrue(json, 'refreshBeforeUpdate', state.refreshBeforeUpdate);
  putHooks(json, state.hooks);
  if (state.extra !== undefined) Object.assign(json, mergeExtra(json, state.extra));
  if (state.extension !== undefined) {
    encoder.extensions.set(state.extension.ref, state.extension);
    json.extensionRef = state.extension.ref;
  }
  addFeatures(json, encoder.features);
  return json as ResourceJson;
}

function putProperties(
  json: Record<string, Json | undefined>,
  field: 'inputs' | 'outputs',
  map: ResourceState['inputs'],
  encoder: ResourceEncoder,
): void {
  if (isEmpty(map)) return;
  encoder.path.push(field);
  json[field] = encodeProperties(map, encoder);
  encoder.path.pop();
}

function putText(json: Record<string, Json | undefined>, field: string, text: string | undefined): void {
  if (text !== undefined && text !== '') json[field] = text;
}

function putTrue(json: Record<string, Json | undefined>, field: string, value: boolean): void {
  if (value) json[field] = true;
}

function putList(json: Record<string, Json | undefined>, field: string, list: readonly string[]): void {
  if (list.length > 0) json[field] = list;
}

export function encodeTimeouts(customTimeouts: ResourceState['customTimeouts']): JsonObject {
  const timeouts: Record<string, Json> = {};
  for (const key of ['create', 'update', 'delete', 'read'] as const) {
    const seconds = customTimeouts[key];
    if (seconds !== undefined && seconds !== 0) timeouts[key] = seconds;
  }
  return timeouts;
}

/** Pulumi's names of the hook lists, in the order Go writes the keys of a map. */
export const hookFields = [
  ['AfterCreate', 'afterCreate'],
  ['AfterDelete', 'afterDelete'],
  ['AfterUpdate', 'afterUpdate'],
  ['BeforeCreate', 'beforeCreate'],
  ['BeforeDelete', 'beforeDelete'],
  ['BeforeUpdate', 'beforeUpdate'],
  ['OnError', 'onError'],
] as const satisfies readonly (readonly [string, keyof HookBindings])[];

function putHooks(json: Record<string, Json | undefined>, hooks: HookBindings | undefined): void {
  if (hooks === undefined) return;
  const lists: Record<string, Json> = {};
  for (const [field, name] of hookFields) if (hooks[name].length > 0) lists[field] = hooks[name];
  if (!isEmpty(lists)) json.resourceHooks = lists;
}

/** Fields that this engine only carries; hooks of kinds it does not know join those it does. */
function mergeExtra(json: JsonObject, extra: { readonly [field: string]: unknown }): JsonObject {
  const { resourceHooks, ...fields } = extra as JsonObject;
  if (resourceHooks === undefined) return fields;
  return { ...fields, resourceHooks: { ...(json.resourceHooks as JsonObject), ...(resourceHooks as JsonObject) } };
}

const featureOfField: readonly (readonly [string, Feature])[] = [
  ['refreshBeforeUpdate', 'refreshBeforeUpdate'],
  ['viewOf', 'views'],
  ['resourceHooks', 'hooks'],
  ['taint', 'taint'],
  ['replaceWith', 'replaceWith'],
  ['snippetID', 'snippets-prototype'],
  ['extensionRef', 'extensionParameterization'],
];

function addFeatures(json: JsonObject, features: Set<Feature>): void {
  for (const [field, feature] of featureOfField) if (json[field] !== undefined) features.add(feature);
}

function isEmpty(map: object): boolean {
  for (const _key in map) return false;
  return true;
}

export function sortKeys(map: JsonObject): JsonObject {
  const keys = Object.keys(map);
  if (keys.every((key, index) => index === 0 || keys[index - 1]! < key)) return map;
  return Object.fromEntries(keys.sort().map((key) => [key, map[key]!]));
}

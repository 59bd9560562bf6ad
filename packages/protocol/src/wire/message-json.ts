import type { Field, FieldShape, MessageType } from './message.ts';
import { type Json, structFromJson, structToJson, valueFromJson, valueToJson } from './struct-json.ts';

export type { Json } from './struct-json.ts';

type JsonObject = { readonly [name: string]: Json };

/** A message as protobuf's JSON mapping has it: fields at their defaults are left out, enums go by name. */
export function messageToJson<T>(type: MessageType<T>, message: T): JsonObject {
  const entries: [string, Json][] = [];
  for (const [name, field] of Object.entries(type.fields)) {
    const value = (message as Record<string, unknown>)[name];
    if (!isDefault(field, value)) entries.push([field.jsonName ?? name, toJson(field.shape, value)]);
  }
  return Object.fromEntries(entries);
}

/** The message that JSON describes. Throws for a field that the message does not have. */
export function messageFromJson<T>(type: MessageType<T>, json: JsonObject): T {
  const byJsonName = new Map(Object.entries(type.fields).map(([name, field]) => [field.jsonName ?? name, name]));
  const entries = Object.entries(json).map(([jsonName, value]) => {
    const name = byJsonName.get(jsonName);
    if (name === undefined) throw new Error(`the message has no field "${jsonName}"`);
    return [name, fromJson(type.fields[name]!.shape, value)];
  });
  return type.of(Object.fromEntries(entries));
}

function isDefault({ initial }: Field<unknown>, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (value instanceof Map) return value.size === 0;
  return value === undefined || Object.is(value, initial);
}

function toJson(shape: FieldShape, value: unknown): Json {
  switch (shape.kind) {
    case 'plain':
      return value as Json;
    case 'enum':
      return shape.names[value as number] ?? (value as number);
    case 'bytes':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'struct':
      return structToJson(value as Uint8Array);
    case 'value':
      return valueToJson(value as Uint8Array);
    case 'message':
      return messageToJson(shape.type, value as never);
    case 'list':
      return (value as readonly unknown[]).map((item) => toJson(shape.of, item));
    case 'map':
      return Object.fromEntries(
        Array.from(value as ReadonlyMap<string, unknown>, ([key, item]) => [key, toJson(shape.of, item)]),
      );
  }
}

function fromJson(shape: FieldShape, json: Json): unknown {
  switch (shape.kind) {
    case 'plain':
      return json;
    case 'enum':
      return typeof json === 'string' ? shape.names.indexOf(json) : json;
    case 'bytes':
      return Buffer.from(String(json), 'base64');
    case 'struct':
      return structFromJson(json as JsonObject);
    case 'value':
      return valueFromJson(json);
    case 'message':
      return messageFromJson(shape.type, json as JsonObject);
    case 'list':
      return (json as readonly Json[]).map((item) => fromJson(shape.of, item));
    case 'map':
      return new Map(Object.entries(json as JsonObject).map(([key, item]) => [key, fromJson(shape.of, item)]));
  }
}

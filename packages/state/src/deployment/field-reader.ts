import { isTooDeep, nestingMax, OperationError, type PropertyValue } from '@radiant/model';
import type { Json, JsonObject } from './deployment-json.ts';

/** Reads the fields of one object of a file, and says which field of which file is wrong. */
export interface FieldReader {
  readonly json: JsonObject;
  /** `deployment.resources[3]`. */
  readonly path: string;
  /** The file, or what else the text came from. */
  readonly source: string;
  /** What kind of file that is; a state when it is not said. */
  readonly kind?: FileKind;
}

export type FileKind = 'state' | 'plan';

export function readerOf(value: unknown, path: string, source: string, kind: FileKind = 'state'): FieldReader {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(source, path, `should be an object, but is ${describe(value)}`, kind);
  return { json: value as JsonObject, path, source, kind };
}

export function invalid(source: string, path: string, problem: string, kind: FileKind = 'state'): OperationError {
  return new OperationError({
    code: kind === 'state' ? 'STATE_INVALID' : 'PLAN_INVALID',
    summary: `${source} is not a ${kind} that can be read: ${path} ${problem}`,
    remedy:
      kind === 'state'
        ? 'Correct that field, or restore the file from a backup.'
        : `Make the plan again:\n    radiant preview --save-plan ${source}`,
  });
}

export function failField(reader: FieldReader, field: string, problem: string): never {
  throw invalid(reader.source, reader.path === '' ? field : `${reader.path}.${field}`, problem, reader.kind);
}

export function requiredText(reader: FieldReader, field: string): string {
  const value = reader.json[field];
  if (typeof value === 'string' && value !== '') return value;
  return failField(reader, field, `should be a text, but is ${describe(value)}`);
}

export function optionalText(reader: FieldReader, field: string): string | undefined {
  const value = reader.json[field];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  return failField(reader, field, `should be a text, but is ${describe(value)}`);
}

export function optionalTrue(reader: FieldReader, field: string): boolean {
  const value = reader.json[field];
  if (value === undefined || value === null || value === false) return false;
  if (value === true) return true;
  return failField(reader, field, `should be true or false, but is ${describe(value)}`);
}

const noTexts: readonly string[] = Object.freeze([]);

export function optionalTexts(reader: FieldReader, field: string): readonly string[] {
  const value = reader.json[field];
  if (value === undefined || value === null) return noTexts;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value as readonly string[];
  return failField(reader, field, 'should be a list of texts');
}

const noFields: JsonObject = Object.freeze({});

export function optionalObject(reader: FieldReader, field: string): JsonObject {
  const value = reader.json[field];
  if (value === undefined || value === null) return noFields;
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  return failField(reader, field, `should be an object, but is ${describe(value)}`);
}

const nothing: readonly Json[] = Object.freeze([]);

export function optionalList(reader: FieldReader, field: string): readonly Json[] {
  const value = reader.json[field];
  if (value === undefined || value === null) return nothing;
  if (Array.isArray(value)) return value;
  return failField(reader, field, `should be a list, but is ${describe(value)}`);
}

/** Refuses fields that no walk would come to the end of. `isRead`: those that somebody reads level by level anyway. */
export function refuseTooDeep(reader: FieldReader, isRead: (field: string) => boolean): void {
  const { json } = reader;
  const field = Object.keys(json).find((name) => !isRead(name) && isTooDeep(json[name] as PropertyValue));
  if (field !== undefined) failField(reader, field, `is nested deeper than ${nestingMax} levels`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === '') return 'empty';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

import { readFileSync } from 'node:fs';
import path from 'node:path';

export const fixtures = path.resolve(import.meta.dirname, '../fixtures');

export type ProgramName = 'tour' | 'choices';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One file of the recordings, parsed. */
export function recordedJson(program: ProgramName, file: string): JsonObject {
  return JSON.parse(read(program, file)) as JsonObject;
}

/** A recorded file of one object per line. */
export function recordedLines(program: ProgramName, file: string): readonly JsonObject[] {
  return parseLines(read(program, file));
}

export function parseLines(text: string): readonly JsonObject[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonObject);
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function read(program: ProgramName, file: string): string {
  return readFileSync(path.join(fixtures, program, file), 'utf8');
}

import { isRecord, isSame, recordOf } from '../../kinds/fields.ts';
import { safeHash } from '../../kinds/safe-hash.ts';

export const hashLabel = 'pod-template-hash';

/** The same template gives the same hash, whatever the order of its fields; `collisions` gives another one for the same template. */
export function templateHash(template: unknown, collisions: number): string {
  return safeHash(`${canonicalJson(template)}${collisions === 0 ? '' : collisions}`);
}

/** Whether two templates make the same pods, the label with their hash aside. */
export function isSameTemplate(a: unknown, b: unknown): boolean {
  return isSame(withoutHash(a), withoutHash(b));
}

export function withLabel(template: unknown, key: string, value: string): Record<string, unknown> {
  const { metadata, ...rest } = recordOf(structuredClone(template));
  const labels = { ...recordOf(recordOf(metadata).labels), [key]: value };
  return { metadata: { ...recordOf(metadata), labels }, ...rest };
}

function withoutHash(template: unknown): unknown {
  const { metadata, ...rest } = recordOf(template);
  const { [hashLabel]: _, ...labels } = recordOf(recordOf(metadata).labels);
  return { ...rest, metadata: { ...recordOf(metadata), labels } };
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(',')}}`;
}

import { OperationError } from '@radiant/model';
import type { Store } from '../store/store.ts';
import { tagsKey } from './layout.ts';
import type { StackRef } from './names.ts';

/** Names to values, as `stack tag` shows them. */
export type StackTags = { readonly [name: string]: string };

const tagsVersion = 1;

/** The tags of a stack; none when nobody has set any. Throws `STACK_TAGS_INVALID`. */
export async function readTags(store: Store, ref: StackRef): Promise<StackTags> {
  const key = tagsKey(ref);
  const object = await store.get(key);
  if (object === undefined) return {};
  const json = parse(object.bytes);
  if (json?.version !== tagsVersion) throw invalid(store.locate(key), `is not of version ${tagsVersion}`);
  const tags = json.tags ?? {};
  const isText = typeof tags === 'object' && Object.values(tags).every((value) => typeof value === 'string');
  if (!isText) throw invalid(store.locate(key), 'holds tags that are no text');
  return Object.fromEntries(Object.entries(tags as StackTags).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Replaces the tags, where Pulumi's file backend keeps them (Pulumi: pkg/backend/diy/stack_tags.go). Last writer wins. */
export async function writeTags(store: Store, ref: StackRef, tags: StackTags): Promise<void> {
  for (const [name, value] of Object.entries(tags)) checkTag(name, value);
  const json = { version: tagsVersion, tags };
  await store.put(tagsKey(ref), Buffer.from(JSON.stringify(json, undefined, 4)), 'lasting');
}

/** The rules of Pulumi's service. */
function checkTag(name: string, value: string): void {
  if (!/^[a-zA-Z0-9_.:-]{1,40}$/.test(name))
    throw new OperationError({
      code: 'STACK_TAG_INVALID',
      summary: `"${name}" is no name of a tag: 1 to 40 letters, digits, hyphens, underscores, periods and colons`,
    });
  if (value.length > 256)
    throw new OperationError({
      code: 'STACK_TAG_INVALID',
      summary: `the value of tag "${name}" is ${value.length} characters long; at most 256 are allowed`,
    });
}

function parse(bytes: Uint8Array): { readonly version?: unknown; readonly tags?: unknown } | undefined {
  try {
    return Object(JSON.parse(Buffer.from(bytes).toString())) as { version?: unknown; tags?: unknown };
  } catch {
    return undefined;
  }
}

function invalid(file: string, problem: string): OperationError {
  return new OperationError({
    code: 'STACK_TAGS_INVALID',
    summary: `the tags in ${file} cannot be read: the file ${problem}`,
    remedy: 'Mend that file, or delete it to have no tags.',
  });
}

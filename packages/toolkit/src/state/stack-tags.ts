import { OperationError } from '@radiant/model';
import type { Stack } from '../api.ts';
import type { StackContext } from '../stack-context.ts';

export function stackTags({ backend, ref }: Pick<StackContext, 'backend' | 'ref'>): Stack['tags'] {
  return {
    list: () => backend.readTags(ref),
    async get(name) {
      const tags = await backend.readTags(ref);
      if (Object.hasOwn(tags, name)) return tags[name]!;
      throw new OperationError({
        code: 'STACK_TAG_NOT_FOUND',
        summary: `stack tag '${name}' not found for stack '${ref.stack}'`,
        remedy: `Set it:\n    radiant stack tag set ${name} <value>`,
      });
    },
    async set(name, value) {
      await backend.writeTags(ref, { ...(await backend.readTags(ref)), [name]: value });
    },
    async remove(name) {
      const { [name]: removed, ...others } = await backend.readTags(ref);
      if (removed !== undefined) await backend.writeTags(ref, others);
    },
  };
}

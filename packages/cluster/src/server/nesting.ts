import { badRequest } from '../registry/context.ts';

/** Go's decoder stops at 10,000 levels. No object has fifty; what walks objects here must not run out of stack. */
const maxLevels = 1000;

/** Throws ApiError 400 for a value that is nested too deeply to be an object or a patch of one. */
export function refuseDeepNesting(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxLevels) throw badRequest(`json: exceeded max depth: nested more than ${maxLevels} levels deep`);
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null
        ? Object.values(item).filter((child) => typeof child === 'object' && child !== null)
        : [],
    );
  }
}

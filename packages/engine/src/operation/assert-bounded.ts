import { nestingMax, OperationError, type PropertyMap, tooDeepNames, type Urn } from '@radiant/model';

/** `is nested deeper than 256 levels, or holds itself` */
export const tooDeepText = `is nested deeper than ${nestingMax} levels, or holds itself`;

/**
 * Refuses values that no walk would come to the end of. What arrives over a wire is bounded there; programs and providers in
 * our own process are not. `describe` names a property, for the error.
 */
export function assertBounded(values: PropertyMap, describe: (name: string) => string, urn?: Urn): void {
  const [name] = tooDeepNames(values);
  if (name === undefined) return;
  throw new OperationError({
    code: 'VALUE_TOO_DEEP',
    summary: `${describe(name)} ${tooDeepText}`,
    detail: 'A value like that can be neither sent nor recorded.',
    ...(urn === undefined ? {} : { urn }),
  });
}

/** The same for what a program, or one of its transforms, declares as inputs. */
export function assertInputsBounded(
  { type, name }: { readonly type: string; readonly name: string },
  inputs: PropertyMap,
): void {
  assertBounded(inputs, (property) => `input '${property}' of ${type} '${name}'`);
}

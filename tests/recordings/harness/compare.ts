import { isObject, type Json } from './recorded.ts';

/** One place where what we say is not what was recorded; `undefined` where one side says nothing. */
export interface Difference {
  readonly at: string;
  readonly recorded: Json | undefined;
  readonly ours: Json | undefined;
}

/** Every leaf in which two JSON values differ. The order of fields is no difference. */
export function compareJson(recorded: Json | undefined, ours: Json | undefined, at: string): Difference[] {
  if (isObject(recorded) && isObject(ours)) {
    const fields = new Set([...Object.keys(recorded), ...Object.keys(ours)]);
    return [...fields].flatMap((field) =>
      compareJson(own(recorded, field), own(ours, field), `${at}/${field.replaceAll('/', '|')}`),
    );
  }
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    const length = Math.max(recorded.length, ours.length);
    return Array.from({ length }, (_, index) => compareJson(recorded[index], ours[index], `${at}[${index}]`)).flat();
  }
  return Object.is(recorded, ours) ? [] : [{ at, recorded, ours }];
}

function own(json: { readonly [field: string]: Json }, field: string): Json | undefined {
  return Object.hasOwn(json, field) ? json[field] : undefined;
}

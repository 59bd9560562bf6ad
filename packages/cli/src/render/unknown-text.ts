import type { KnownAfter, Unknown } from '@radiant/model';
import { shownName } from './names.ts';

const moments: { readonly [after in KnownAfter]: string } = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  read: 'read',
};

/** Why a value is unknown: `output of web.ip, known after it is created`. Undefined when nobody knows. */
export function unknownReason({ source }: Unknown): string | undefined {
  if (source === undefined) return undefined;
  const { urn, property, after } = source;
  const name = shownName(urn);
  const output = property === undefined ? `an output of ${name}` : `output of ${outputName(name, property)}`;
  return after === undefined ? output : `${output}, known after it is ${moments[after]}`;
}

function outputName(resource: string, property: string): string {
  return property.startsWith('[') ? `${resource}${property}` : `${resource}.${property}`;
}

export function unknownText(unknown: Unknown): string {
  const reason = unknownReason(unknown);
  return reason === undefined ? '[unknown]' : `[unknown: ${reason}]`;
}

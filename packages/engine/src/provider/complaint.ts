import {
  getAtPath,
  InvalidInputsError,
  lowerOutputValues,
  OperationError,
  type PropertyMap,
  type PropertyPath,
  type PropertyValue,
  parsePropertyPath,
  Secret,
} from '@radiant/model';
import { propertyText } from '../operation/property-text.ts';

/** What went wrong in a construction or a method, with every input that the provider finds fault with (Pulumi: errorToMessage). */
export function complaint(error: Error, inputs: PropertyMap): string {
  if (error instanceof OperationError) return error.summary;
  if (!(error instanceof InvalidInputsError)) return error.message;
  const plain = lowerOutputValues(inputs);
  return [error.message, ...error.failures.map(({ property, reason }) => fault(plain, property, reason))].join(
    '\n\t\t- ',
  );
}

function fault(inputs: PropertyMap, property: string, reason: string): string {
  const path = parsePropertyPath(property);
  const value = path === undefined ? undefined : visibleAt(inputs, path);
  const shown = value === undefined ? '' : ` with value '${propertyText(value)}'`;
  return `property ${property}${shown} has a problem: ${reason}`;
}

/** What is inside a secret is as secret. */
function visibleAt(inputs: PropertyMap, path: PropertyPath): PropertyValue | undefined {
  const secret = path
    .map((_, index) => getAtPath(inputs, path.slice(0, index)))
    .find((outer) => outer instanceof Secret);
  return secret ?? getAtPath(inputs, path);
}

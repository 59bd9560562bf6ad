import {
  Archive,
  Asset,
  isPropertyList,
  isPropertyMap,
  OutputValue,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from '@radiant/model';

/** Whether two values would be shown alike. Nothing is equal to an unknown value. */
export function isEqualValue(left: PropertyValue, right: PropertyValue): boolean {
  if (left instanceof Unknown || right instanceof Unknown) return false;
  // The same secret need not be opened to be known as the same.
  if (left instanceof Secret && left === right) return true;
  if (left instanceof Secret) return right instanceof Secret && isEqualValue(left.value, right.value);
  if (left instanceof Asset) return right instanceof Asset && left.hash === right.hash;
  if (left instanceof Archive) return right instanceof Archive && left.hash === right.hash;
  if (left instanceof ResourceReference) return right instanceof ResourceReference && left.urn === right.urn;
  if (left instanceof OutputValue || right instanceof OutputValue) return left === right;
  if (left === null || right === null) return left === right;
  if (isPropertyList(left)) {
    return (
      isPropertyList(right) && left.length === right.length && left.every((item, i) => isEqualValue(item, right[i]!))
    );
  }
  if (!isPropertyMap(left) || !isPropertyMap(right)) return Object.is(left, right);
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isEqualValue(left[key]!, right[key]!))
  );
}

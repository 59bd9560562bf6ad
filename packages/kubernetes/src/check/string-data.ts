import { isPropertyMap, type PropertyMap, type PropertyValue, Secret, setOwn, Unknown } from '@radiant/model';

/**
 * A Secret with `stringData` merged into `data` as base64, `stringData` winning, as the API server does
 * (kubernetes docs: Secret, stringData). What is not text is left where it is, for the server to refuse.
 */
export function mergeStringData(inputs: PropertyMap): PropertyMap {
  const stringData = inputs.stringData instanceof Secret ? inputs.stringData.value : inputs.stringData;
  const data = inputs.data instanceof Secret ? inputs.data.value : inputs.data;
  if (stringData instanceof Unknown) {
    const { stringData: _, ...rest } = inputs;
    return { ...rest, data: new Unknown() };
  }
  if (!isPropertyMap(stringData) || !(data === undefined || data === null || isPropertyMap(data))) return inputs;
  const values = Object.values(stringData).map(open);
  if (!values.every((value) => typeof value === 'string' || value instanceof Unknown)) return inputs;
  const merged: Record<string, PropertyValue> = { ...data };
  for (const [key, value] of Object.entries(stringData)) setOwn(merged, key, encode(value));
  const { stringData: _, ...rest } = inputs;
  return Object.keys(merged).length === 0 ? rest : { ...rest, data: merged };
}

function encode(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return new Secret(encode(value.value));
  return typeof value === 'string' ? Buffer.from(value, 'utf8').toString('base64') : value;
}

function open(value: PropertyValue): PropertyValue {
  return value instanceof Secret ? value.value : value;
}

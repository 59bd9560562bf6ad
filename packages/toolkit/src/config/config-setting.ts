import { exitCodes, OperationError, Secret } from '@radiant/model';
import type { ConfigSetting, ConfigSettingType } from '../api.ts';
import { type ConfigPath, typedLeaf } from './config-path.ts';

/** What the stack file is to hold for a setting: a scalar, a structure, or a `Secret`. Throws `CONFIG_TYPE`. */
export function settingValue({ key, value, secret, type }: ConfigSetting, path: ConfigPath): unknown {
  if (secret === true) return new Secret(value);
  if (type === undefined) return path.length > 0 ? typedLeaf(value) : value;
  const typed = readers[type](value);
  if (typed !== undefined) return typed;
  throw new OperationError({
    code: 'CONFIG_TYPE',
    summary: `the value of '${key}' must be of type '${type}': ${expected[type]}, not ${JSON.stringify(value)}`,
    exitCode: exitCodes.configuration,
  });
}

const readers: { readonly [type in ConfigSettingType]: (text: string) => unknown } = {
  string: (text) => text,
  bool: (text) => ({ true: true, false: false })[text],
  int: (text) => (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined),
  float: (text) => (/\d/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined),
  object: readStructure,
};

const expected: { readonly [type in ConfigSettingType]: string } = {
  string: 'text',
  bool: 'true or false',
  int: 'a whole number',
  float: 'a number',
  object: 'JSON of an object or a list',
};

function readStructure(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

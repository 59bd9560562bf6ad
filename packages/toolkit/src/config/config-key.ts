import { exitCodes, OperationError } from '@radiant/model';

/** `name` → `project:name`; `ns:name` stays; the old `ns:config:name` loses its middle. */
export function parseConfigKey(text: string, project: string): string {
  const parts = text.split(':');
  if (parts.length === 1 && parts[0] !== '') return `${project}:${text}`;
  if (parts.length === 2 && parts.every((part) => part !== '')) return text;
  if (parts.length === 3 && parts[1] === 'config' && parts[0] !== '' && parts[2] !== '')
    return `${parts[0]}:${parts[2]}`;
  throw new OperationError({
    code: 'CONFIG_KEY_INVALID',
    summary: `invalid configuration key '${text}': a key is "name" or "namespace:name"`,
    exitCode: exitCodes.configuration,
  });
}

/** How a key is shown: without its namespace when that is the project's. */
export function prettyConfigKey(key: string, project: string): string {
  return key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
}

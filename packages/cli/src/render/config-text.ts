import { escaped, harmless } from './text-width.ts';

/** What `--show-config` shows: the configuration as the engine tells it, secrets masked, by key. */
export function configLines(config: { readonly [key: string]: string }): readonly string[] {
  const keys = Object.keys(config).sort();
  return ['Configuration:', ...keys.map((key) => `    ${escaped(key)}: ${harmless(config[key]!, false)}`)];
}

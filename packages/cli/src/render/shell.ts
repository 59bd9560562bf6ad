/**
 * `name=value` lines that a POSIX shell takes; names that are none are made into one. Values are quoted only where they
 * must be, as the established CLI does it: scripts also read them as words (`export $(… --shell)`) and as an `.env`
 * file, where quotes would be part of the value.
 */
export function shellAssignments(values: { readonly [name: string]: unknown }): string {
  const names = Object.keys(values).sort();
  return names.map((name) => `${shellName(name)}=${shellWord(values[name])}\n`).join('');
}

function shellName(name: string): string {
  const word = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^\d/.test(word) ? `_${word}` : word;
}

function shellWord(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === '' || /\s/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return text.replaceAll(/[\\'"`${[|&;<>()*?!]|^~/g, '\\$&');
}

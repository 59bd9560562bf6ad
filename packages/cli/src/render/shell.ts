/** `name='value'` lines that a POSIX shell takes; names that are none are made into one. */
export function shellAssignments(values: { readonly [name: string]: unknown }): string {
  const names = Object.keys(values).sort();
  return names.map((name) => `${shellName(name)}=${shellQuote(values[name])}\n`).join('');
}

function shellName(name: string): string {
  const word = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^\d/.test(word) ? `_${word}` : word;
}

function shellQuote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

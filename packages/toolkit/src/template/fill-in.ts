import path from 'node:path';

/** What the placeholders of a template stand for. */
export interface FilledIn {
  readonly name: string;
  readonly description: string;
}

/** A larger file is no source text that somebody wrote placeholders into. */
export const filledInBytesMax = 4 * 1024 * 1024;

/** Puts name and description into the text of a file; what is no text stays as it is. Formats that quote get them quoted. */
export function fillIn(content: Buffer, file: string, { name, description }: FilledIn): Buffer {
  if (isBinary(content)) return content;
  // Byte for byte, whatever the encoding: only what is put in is UTF-8.
  const text = content.toString('latin1');
  const isQuoted = ['.json', '.toml'].includes(path.extname(file));
  const shown = Buffer.from(isQuoted ? JSON.stringify(description).slice(1, -1) : description).toString('latin1');
  return Buffer.from(replacePlaceholders(text, { name, description: shown }), 'latin1');
}

/** Replaces all of them at once: what is put in is not looked at again. */
export function replacePlaceholders(text: string, { name, description }: FilledIn): string {
  return text.replaceAll(/\$\{(PROJECT|DESCRIPTION)\}/g, (_, what) => (what === 'PROJECT' ? name : description));
}

/** As git takes it: a zero byte among the first 8000. */
function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8000).includes(0);
}

import { readFile } from 'node:fs/promises';
import { OperationError } from '@radiant/model';

/** A JSON object kept by us; undefined when the file is not there. A damaged one is named, with the way out. */
export async function readJsonFile(file: string, what: string): Promise<Record<string, unknown> | undefined> {
  const text = await readTextFile(file);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, in the same words as for JSON of another shape.
  }
  throw new OperationError({
    code: 'FILE_DAMAGED',
    summary: `${what} is damaged: ${file} does not hold a JSON object`,
    remedy: `Mend the file, or remove it to start afresh:\n    rm ${file}`,
  });
}

export async function readTextFile(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new OperationError({
      code: 'FILE_UNREADABLE',
      summary: `could not read ${file}: ${(error as Error).message}`,
      cause: error,
    });
  }
}

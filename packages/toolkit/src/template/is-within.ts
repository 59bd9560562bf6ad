import path from 'node:path';

/** Whether a path is that of a folder, or of something in it. Both are real paths. */
export function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative));
}

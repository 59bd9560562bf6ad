import { statSync } from 'node:fs';
import path from 'node:path';
import type { ProjectFile } from '../project/project-file.ts';

/** Where the program is: the project's folder, or the folder or file that `main` names. */
export function locateProgram(project: ProjectFile): { readonly programDir: string; readonly entryPoint: string } {
  if (project.main === undefined) return { programDir: project.dir, entryPoint: '.' };
  const main = path.resolve(project.dir, project.main);
  const isFolder = statSync(main, { throwIfNoEntry: false })?.isDirectory() ?? path.extname(main) === '';
  return isFolder
    ? { programDir: main, entryPoint: '.' }
    : { programDir: path.dirname(main), entryPoint: path.basename(main) };
}

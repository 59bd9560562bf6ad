import { copyFile, rm } from 'node:fs/promises';
import { OperationError } from '@radiant/model';
import { formatStackRef, type StackRef } from '@radiant/state';
import { readTextFile } from './json-file.ts';
import { operationOrigin } from './operation-origin.ts';
import { stackFilePath } from './project/project-file.ts';
import type { StackContext } from './stack-context.ts';

/**
 * Renames a stack together with its configuration file. The file is copied before the stack has its new name and removed
 * afterwards, so that it is there under the stack's name whenever that is. Throws `CONFIG_FILE_TAKEN`, and what
 * `Backend.renameStack` throws.
 */
export async function renameStackAndFile(
  { ref, backend, project }: Pick<StackContext, 'ref' | 'backend' | 'project'>,
  to: StackRef,
): Promise<void> {
  const [oldFile, newFile] = [stackFilePath(project, ref.stack), stackFilePath(project, to.stack)];
  const isMoved = ref.project === project.name && oldFile !== newFile;
  const isCopied = isMoved && (await copyOnce(oldFile, newFile, () => backend.stackExists(to)));
  try {
    await backend.renameStack(ref, to, {
      message: `stack rename ${formatStackRef(ref)} to ${formatStackRef(to)}`,
      environment: (await operationOrigin(project, undefined)).environment,
    });
  } catch (error) {
    if (isCopied) await rm(newFile, { force: true });
    throw error;
  }
  if (isMoved) await rm(oldFile, { force: true });
}

/** False when there is nothing to copy, or an interrupted renaming has done it. */
async function copyOnce(oldFile: string, newFile: string, isNameTaken: () => Promise<boolean>): Promise<boolean> {
  const [text, taken] = [await readTextFile(oldFile), await readTextFile(newFile)];
  if (text === undefined || text === taken) return false;
  if (taken !== undefined)
    throw new OperationError({
      code: 'CONFIG_FILE_TAKEN',
      summary: `the configuration cannot be renamed: ${newFile} is there already`,
      remedy: (await isNameTaken())
        ? 'It is that of another stack: choose another name. See which there are:\n    radiant stack ls --all'
        : `Move it out of the way, or remove it:\n    rm ${newFile}`,
    });
  await copyFile(oldFile, newFile);
  return true;
}

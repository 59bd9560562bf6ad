import { spawn } from 'node:child_process';
import { CliError } from '../cli-error.ts';

/** Opens a file in what EDITOR names, which may have arguments and quotes, and waits until it is closed. */
export async function openInEditor(env: { readonly [name: string]: string | undefined }, file: string): Promise<void> {
  const editor = env.EDITOR ?? '';
  if (editor.trim() === '') throw new CliError('no EDITOR environment variable set');
  const [command, args] =
    process.platform === 'win32' ? [`${editor} "${file}"`, []] : ['/bin/sh', ['-c', `${editor} "$1"`, 'sh', file]];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...env }, shell: process.platform === 'win32' });
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new CliError(`the editor '${editor}' ended with ${code ?? 'a signal'}; nothing was changed`);
}

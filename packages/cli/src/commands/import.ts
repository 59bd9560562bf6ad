import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EngineEvent } from '@radiant/model';
import type { Imports, OperationReport, Stack } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { isForMachines } from '../args/output-form.ts';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { onFile } from './on-file.ts';

/** What is to be imported: what the arguments say, or the file. Throws CliError, OperationError. */
export async function importsOf(context: CliContext, given: Given): Promise<Imports> {
  const protect = given.optionalBoolean('protect') ?? true;
  const file = given.value('file');
  if (file === undefined) return { ...importOfArguments(given), protect };
  for (const flag of ['parent', 'provider', 'properties'])
    if (given.values(flag).length > 0)
      throw new CliError(`--${flag} goes with a type, a name and an id, not with --file`);
  if (given.args.length > 0) throw new CliError('give either a type, a name and an id, or --file');
  const text = onFile(resolve(context.cwd, file), (path) => readFileSync(path, 'utf8'));
  const { parseImportFile } = await import('@radiant/toolkit');
  return { ...parseImportFile(text, file), protect };
}

function importOfArguments(given: Given): Omit<Imports, 'protect'> {
  const [type, name, id] = given.args;
  if (type === undefined || name === undefined || id === undefined || given.args.length > 3)
    throw new CliError(
      'import needs a type, a name and an id, or a file:\n' +
        '    radiant import kubernetes:core/v1:ConfigMap settings default/settings\n' +
        '    radiant import --file resources.json',
    );
  const nameTable: Record<string, string> = {};
  const named = (flag: 'parent' | 'provider'): { readonly [flag: string]: string } => {
    const [text, ...others] = given.values(flag);
    if (text === undefined) return {};
    if (others.length > 0) throw new CliError(`--${flag} is given more than once`);
    const cut = text.indexOf('=');
    if (cut < 0) return { [flag]: text };
    const variable = text.slice(0, cut);
    nameTable[variable] = text.slice(cut + 1);
    return { [flag]: variable };
  };
  const properties = given
    .values('properties')
    .flatMap((text) => text.split(',').filter((property) => property !== ''));
  const options = { ...named('parent'), ...named('provider'), ...(properties.length > 0 && { properties }) };
  return { nameTable, resources: [{ type, name, id, ...options }] };
}

/** Prints the code that declares what was imported, or writes it to the file of `--out`. */
export async function afterImport(
  { context, given, stack, imports }: { context: CliContext; given: Given; stack: Stack; imports: Imports },
  { result, imported = [] }: OperationReport,
): Promise<void> {
  if (result !== 'succeeded' || imported.length === 0 || isForMachines(given)) return;
  if (given.optionalBoolean('generate-code') === false) return;
  const { runtime } = stack.project;
  if (runtime !== 'nodejs') {
    context.out.write(`No code is written for the runtime '${runtime}': declare in the program what was imported.\n`);
    return;
  }
  const { generateTypeScript } = await import('@radiant/toolkit');
  const code = generateTypeScript(imported, imports);
  const out = given.value('out');
  if (out !== undefined) {
    onFile(resolve(context.cwd, out), (path) => writeFileSync(path, code));
    context.out.write(`Import complete. The code is in ${out}: it belongs into the program.\n`);
    return;
  }
  const guarded = imports.protect
    ? ' It is protected, as the code says: a deletion is refused until you take `protect` away.'
    : '';
  context.out.write(
    `Import complete. Add this to the program, or the next update deletes what was imported.${guarded}\n\n${code}`,
  );
}

/** Writes what a preview would create to the file of `--import-file`, for an import of what exists already. */
export async function saveImports(
  context: CliContext,
  given: Given,
  { steps }: { readonly steps: readonly EngineEvent[] },
): Promise<void> {
  const file = given.value('import-file');
  if (file === undefined) return;
  const { placeholderId, plannedImports } = await import('@radiant/toolkit');
  const imports = plannedImports(steps);
  onFile(resolve(context.cwd, file), (path) => writeFileSync(path, `${JSON.stringify(imports, undefined, 4)}\n`));
  if (isForMachines(given)) return;
  const isReady = imports.resources.every(({ id }) => id !== placeholderId);
  const advice = isReady ? 'Look it through' : `Put the ids of what exists in the place of ${placeholderId}`;
  context.out.write(`Import file written to '${file}'\n${advice}, then run \`radiant import --file='${file}'\`\n`);
}

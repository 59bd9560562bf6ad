import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Stack } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { agoText } from '../render/ago.ts';
import { shellAssignments } from '../render/shell.ts';
import { type RecordedResource, resourceTree } from '../render/stack-tree.ts';
import { tableLines } from '../render/table.ts';
import type { CommandHandler } from './command.ts';
import { onFile } from './on-file.ts';
import { openWorkspace } from './workspace.ts';
import { writeJson } from './write-json.ts';

interface Deployment {
  readonly deployment?: {
    readonly manifest?: { readonly time?: string; readonly version?: string };
    readonly resources?: readonly RecordedResource[];
    readonly pending_operations?: readonly unknown[];
  };
}

export const show: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  const stack = await workspace.openStack(given.value('stack'));
  if (given.flag('show-name')) {
    context.out.write(`${stack.name}\n`);
    return 0;
  }
  const { deployment } = (await stack.exportDeployment()) as Deployment;
  const outputs = await stack.outputs({ showSecrets: given.flag('show-secrets') });
  const lines = [
    `Current stack is ${stack.name}:`,
    `    Project: ${stack.fullName.split('/')[1]}`,
    `    Backend: ${await workspace.backendUrl()}`,
    ...updatedLines(deployment),
    ...resourceLines(deployment, given),
    '',
    ...outputLines(outputs),
  ];
  context.out.write(`${lines.join('\n')}\n`);
  return 0;
};

function updatedLines(deployment: Deployment['deployment']): readonly string[] {
  const time = new Date(deployment?.manifest?.time ?? '');
  if ((deployment?.resources ?? []).length === 0 || Number.isNaN(time.getTime()) || time.getTime() <= 0) return [];
  return [`    Last updated: ${agoText(time, new Date())} (${time.toISOString()})`];
}

function resourceLines(deployment: Deployment['deployment'], given: Given): readonly string[] {
  const resources = deployment?.resources ?? [];
  if (resources.length === 0) return ['Current stack resources (0):', '    No resources currently in this stack'];
  const tree = resourceTree(resources, { showIds: given.flag('show-ids'), showUrns: given.flag('show-urns') });
  const pending = deployment?.pending_operations?.length ?? 0;
  return [
    `Current stack resources (${resources.length}):`,
    ...tree.map((line) => `    ${line}`),
    ...(pending > 0 ? [`${pending} operations are in doubt; the next up finds out how they ended.`] : []),
  ];
}

function outputLines(outputs: { readonly [name: string]: unknown }): readonly string[] {
  const names = Object.keys(outputs).sort();
  if (names.length === 0) return ['Current stack outputs (0):', '    No output values currently in this stack'];
  const rows = names.map((name) => [name, outputText(outputs[name])]);
  return [
    `Current stack outputs (${names.length}):`,
    ...tableLines(['OUTPUT', 'VALUE'], rows).map((line) => `    ${line}`),
  ];
}

/** Strings raw, everything else as JSON. */
function outputText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const output: CommandHandler = async (context, given) => {
  const [isJson, isShell] = [given.flag('json'), given.flag('shell')];
  if (isJson && isShell) throw new CliError('only one of --json and --shell may be set');
  const stack = await openStack(context, given);
  const outputs = await stack.outputs({ showSecrets: given.flag('show-secrets') });
  const name = given.args[0];
  if (name !== undefined) {
    if (!Object.hasOwn(outputs, name)) throw new CliError(`current stack does not have output property '${name}'`);
    writeOutput(context, name, outputs[name], isJson, isShell);
  } else if (isJson) {
    writeJson(context, Object.fromEntries(Object.entries(outputs).sort(([left], [right]) => (left < right ? -1 : 1))));
  } else if (isShell) {
    context.out.write(shellAssignments(outputs));
  } else {
    context.out.write(`${outputLines(outputs).join('\n')}\n`);
  }
  return 0;
};

function writeOutput(context: CliContext, name: string, value: unknown, isJson: boolean, isShell: boolean): void {
  if (isJson) writeJson(context, value);
  else context.out.write(isShell ? shellAssignments({ [name]: value }) : `${outputText(value)}\n`);
}

export const exportState: CommandHandler = async (context, given) => {
  const stack = await openStack(context, given);
  const version = given.integer('version');
  const deployment = await stack.exportDeployment({
    showSecrets: given.flag('show-secrets'),
    ...(version !== undefined && { version }),
  });
  const text = `${JSON.stringify(deployment, undefined, 4)}\n`;
  const file = given.value('file');
  if (file === undefined) context.out.write(text);
  else onFile(resolve(context.cwd, file), (path) => writeFileSync(path, text, { mode: 0o600 }));
  return 0;
};

export const importState: CommandHandler = async (context, given) => {
  const stack = await openStack(context, given);
  const file = given.value('file');
  const text =
    file === undefined
      ? await context.input.readAll()
      : onFile(resolve(context.cwd, file), (path) => readFileSync(path, 'utf8'));
  const warnings = await stack.importDeployment(text, {
    force: given.flag('force'),
    sourceName: file ?? 'standard input',
  });
  for (const warning of warnings) context.err.write(`warning: ${warning}\n`);
  context.out.write('Import complete.\n');
  return 0;
};

async function openStack(context: CliContext, given: Given): Promise<Stack> {
  const workspace = await openWorkspace(context, given);
  return workspace.openStack(given.value('stack'));
}

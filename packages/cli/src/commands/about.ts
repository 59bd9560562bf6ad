import os from 'node:os';
import type { Workspace } from '@radiant/toolkit';
import type { CliContext } from '../context.ts';
import { tableLines } from '../render/table.ts';
import { harmless } from '../render/text-width.ts';
import type { CommandHandler } from './command.ts';
import { openWorkspace } from './workspace.ts';
import { writeJson } from './write-json.ts';

export const version: CommandHandler = async (context) => {
  context.out.write(`${context.version}\n`);
  return 0;
};

/** Of what is broken, a report says how: it is asked for when something is. */
export const about: CommandHandler = async (context, given) => {
  const workspace = await openWorkspace(context, given);
  // What is broken may stand in the way of several answers.
  const errors = new Set<string>();
  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      errors.add(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  const answers = {
    plugins: await attempt(() => pluginsOf(workspace)),
    host: { os: process.platform, version: os.release(), arch: os.machine() },
    backend: await attempt(async () => ({ name: os.hostname(), ...(await workspace.whoAmI()) })),
    currentStack: await attempt(() => stackOf(workspace, given.value('stack'))),
    cliAbout: cliOf(context, workspace),
    runtime: await attempt(() => runtimeOf(workspace)),
  };
  const report = { ...answers, errors: [...errors] };
  if (given.flag('json')) writeJson(context, report);
  else context.out.write(reportText(report));
  return 0;
};

interface Recorded {
  readonly type: string;
  readonly urn: string;
}

/** The fields are those of the established CLI's report, which scripts read; Node is named in the place of Go. */
interface Report {
  readonly plugins: readonly { readonly name: string; readonly version: string }[] | null;
  readonly host: { readonly os: string; readonly version: string; readonly arch: string };
  readonly backend: Awaited<ReturnType<Workspace['whoAmI']>> | null;
  readonly currentStack: {
    readonly name: string;
    readonly fullyQualifiedName: string;
    readonly resources: readonly Recorded[];
    readonly pendingOps: readonly Recorded[];
  } | null;
  readonly cliAbout: { readonly version: string; readonly nodeVersion: string; readonly home: string };
  readonly runtime: { readonly project: string; readonly language: string } | null;
  readonly errors: readonly string[];
}

async function pluginsOf(workspace: Workspace): Promise<Report['plugins']> {
  return (await workspace.plugins.list()).map(({ name, version }) => ({ name, version }));
}

async function stackOf(workspace: Workspace, name: string | undefined): Promise<Report['currentStack']> {
  const hasStack = name !== undefined || ((await workspace.projectIfAny()) && (await workspace.selectedStack()));
  if (!hasStack) return null;
  const stack = await workspace.openStack(name);
  const { deployment } = (await stack.exportDeployment()) as {
    readonly deployment?: {
      readonly resources?: readonly Recorded[];
      readonly pending_operations?: readonly { readonly resource: Recorded }[];
    };
  };
  const described = ({ type, urn }: Recorded): Recorded => ({ type, urn });
  return {
    name: stack.name,
    fullyQualifiedName: stack.fullName,
    resources: (deployment?.resources ?? []).map(described),
    pendingOps: (deployment?.pending_operations ?? []).map(({ resource }) => described(resource)),
  };
}

function cliOf(context: CliContext, workspace: Workspace): Report['cliAbout'] {
  return { version: context.version.replace(/^v/, ''), nodeVersion: process.version, home: workspace.home.root };
}

async function runtimeOf(workspace: Workspace): Promise<Report['runtime']> {
  const project = await workspace.projectIfAny();
  return project === undefined ? null : { project: project.name, language: project.runtime };
}

function reportText({ cliAbout, host, backend, currentStack, runtime, plugins, errors }: Report): string {
  const rows: (readonly [string, string | undefined])[] = [
    ['version', cliAbout.version],
    ['node', cliAbout.nodeVersion],
    ['host', `${host.os} ${host.version} ${host.arch}`],
    ['home', cliAbout.home],
    ['backend', backend?.url],
    ['user', backend?.user],
    ['project', runtime?.project],
    ['runtime', runtime?.language],
    ['stack', currentStack?.fullyQualifiedName],
    ['resources', currentStack?.resources.length.toString()],
    ['in doubt', currentStack?.pendingOps.map(({ urn }) => urn).join(', ') || undefined],
    ['plugins', plugins?.map(({ name, version }) => `${name} ${version}`).join(', ') || undefined],
  ];
  const lines = tableLines(
    ['ABOUT', ''],
    rows.map(([name, value]) => [name, value ?? '-']),
  );
  return harmless([...lines, ...errors.map((error) => `error: ${error}`), ''].join('\n'), false);
}

// Measures what a command costs before it does anything, beside bare Node: the launcher's answer, the bundle, the store.
import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, timeMs } from './measure.ts';
import { makeWorkshop, repository } from './programs.ts';

const rounds = 31;
const launcher = path.join(repository, 'packages/cli/bin/radiant.cjs');
const workshop = await makeWorkshop();
const project = path.join(workshop, 'project');

function radiant(node: string, ...args: string[]): Command {
  return { command: node, args: [launcher, ...args], cwd: project, env: { RADIANT_HOME: path.join(workshop, 'home') } };
}

/** The Node of the machine, when the launcher has to find a newer one. */
function oldNode(): string | undefined {
  return ['/usr/bin/node', '/usr/local/bin/node'].find((node) => {
    try {
      return Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) < 22;
    } catch {
      return false;
    }
  });
}

/** Medians of all commands, each run once in every round, so that a busy moment meets them all. */
async function medians(commands: { readonly [what: string]: Command }): Promise<ReadonlyMap<string, number>> {
  const runs = new Map(Object.keys(commands).map((what) => [what, [] as number[]]));
  for (const command of Object.values(commands)) await timeMs(command);
  for (let round = 0; round < rounds; round += 1)
    for (const [what, command] of Object.entries(commands)) runs.get(what)!.push(await timeMs(command));
  return new Map([...runs].map(([what, times]) => [what, times.sort((a, b) => a - b)[(rounds - 1) / 2]!]));
}

const bare = `node -e 0 (Node ${process.versions.node})`;

try {
  await mkdir(project);
  await writeFile(path.join(project, 'Pulumi.yaml'), 'name: project\nruntime: nodejs\n');
  await timeMs(radiant(process.execPath, 'stack', 'init', 'dev'));
  const old = oldNode();
  const measured = await medians({
    [bare]: { command: process.execPath, args: ['-e', '0'] },
    'radiant version': radiant(process.execPath, 'version'),
    'radiant --help': radiant(process.execPath, '--help'),
    'radiant config': radiant(process.execPath, 'config'),
    'radiant stack ls': radiant(process.execPath, 'stack', 'ls'),
    ...(old !== undefined && { 'radiant stack ls, by an older Node that finds this one': radiant(old, 'stack', 'ls') }),
  });
  const floorMs = measured.get(bare)!;
  const rows = [...measured].map(([what, medianMs]) => ({ what, medianMs, floorMs }));
  if (process.argv.includes('--json')) console.log(JSON.stringify(rows, null, 2));
  else {
    console.log('| what | median | over bare Node | ratio |\n|---|---|---|---|');
    for (const { what, medianMs } of rows)
      console.log(
        `| ${what} | ${medianMs.toFixed(0)} ms | ${(medianMs - floorMs).toFixed(0)} ms | ${(medianMs / floorMs).toFixed(2)} |`,
      );
  }
} finally {
  await rm(workshop, { recursive: true, force: true });
}

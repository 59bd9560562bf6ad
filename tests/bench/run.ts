// Measures Radiant beside the floor: the same stock program with nothing of an engine in it (floor.cjs), in the same run.
// `npm run bench` prints a table; `npm run bench -- --json` prints the figures.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { bareClient, dynamicProgram } from './dynamic-resources.ts';
import { type Command, measure, timeMs } from './measure.ts';
import { type BenchProgram, configMapsProgram, exampleProgram, makeWorkshop, repository } from './programs.ts';

const runs = 7;
const workshop = await makeWorkshop();
const env = {
  RADIANT_HOME: path.join(workshop, 'home'),
  RADIANT_CLUSTER: 'embedded',
  FLOOR_CACHE: path.join(workshop, 'floor-cache'),
  PULUMI_CONFIG: '{}',
  PULUMI_NODEJS_TYPESCRIPT: 'false',
};

function radiant(program: BenchProgram, ...args: string[]): Command {
  const { PULUMI_CONFIG: _config, PULUMI_NODEJS_TYPESCRIPT: _typescript, ...own } = env;
  return {
    command: process.execPath,
    args: [path.join(repository, 'packages/cli/bin/radiant.cjs'), ...args],
    cwd: program.dir,
    env: own,
  };
}

function floor(program: BenchProgram): Command {
  const runner = path.join(repository, 'node_modules/@pulumi/pulumi/cmd/run/index.js');
  const preload = path.join(repository, 'tests/bench/floor.cjs');
  const dir = program.floorDir;
  const flags = [
    '--monitor',
    '127.0.0.1:1',
    '--engine',
    '127.0.0.1:2',
    '--sync',
    '',
    '--organization',
    'o',
    '--project',
    'p',
  ];
  const place = ['--root-directory', dir, '--stack', 's', '--pwd', dir, '--dry-run', '--parallel', '8', '.'];
  return { command: process.execPath, args: ['--require', preload, runner, ...flags, ...place], cwd: dir, env };
}

interface Figure {
  readonly what: string;
  readonly firstMs?: number;
  readonly medianMs: number;
  readonly floorMs: number;
}

const figures: Figure[] = [];

/** Creates, previews and updates that many, beside their floor; returns the median time of their creation. */
async function measureConfigMaps(count: number, bareMs: number): Promise<number> {
  const program = await configMapsProgram(workshop, count);
  const what = `${count.toLocaleString('en')} ConfigMaps`;
  await timeMs(radiant(program, 'stack', 'select', 'production', '--create'));
  const { firstMs, medianMs: floorMs } = await measure(floor(program), 3);
  figures.push({ what: `floor of ${what}, against node -e 0`, firstMs, medianMs: floorMs, floorMs: bareMs });
  const creates: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    if (round > 0) await timeMs(radiant(program, 'destroy', '--yes', '--skip-preview'));
    creates.push(await timeMs(radiant(program, 'up', '--yes', '--skip-preview')));
  }
  const createMs = creates.sort((a, b) => a - b)[1]!;
  figures.push({ what: `create of ${what}`, medianMs: createMs, floorMs });
  for (const [operation, command] of [
    ['preview', radiant(program, 'preview')],
    ['up', radiant(program, 'up', '--yes', '--skip-preview')],
  ] as const)
    figures.push({ what: `no-op ${operation} of ${what}`, floorMs, ...(await measure(command, 3)) });
  return createMs;
}

try {
  const bare = await measure({ command: process.execPath, args: ['-e', '0'] }, runs);
  const infrastructure = await exampleProgram(workshop, 'infrastructure');
  const day = await exampleProgram(workshop, 'day-service');
  for (const program of [infrastructure, day]) {
    await timeMs(radiant(program, 'stack', 'select', 'production', '--create'));
    await timeMs(radiant(program, 'up', '--yes', '--skip-preview'));
  }
  const dayFloor = await measure(floor(day), runs);
  figures.push({
    what: 'floor of Day, against node -e 0',
    firstMs: dayFloor.firstMs,
    medianMs: dayFloor.medianMs,
    floorMs: bare.medianMs,
  });
  figures.push({
    what: 'no-op preview of Day',
    floorMs: dayFloor.medianMs,
    ...(await measure(radiant(day, 'preview'), runs)),
  });

  const createMs = new Map<number, number>();
  for (const count of [1000, 10_000]) createMs.set(count, await measureConfigMaps(count, bare.medianMs));
  figures.push({
    what: 'create of 10,000 ConfigMaps, against 1,000 (at most 11)',
    medianMs: createMs.get(10_000)!,
    floorMs: createMs.get(1000)!,
  });

  const dynamicCount = 2000;
  const dynamic = await dynamicProgram(workshop, dynamicCount);
  await timeMs(radiant(dynamic, 'stack', 'select', 'production', '--create'));
  const programFloor = await measure(floor(dynamic), 3);
  const providerFloor = await measure(bareClient(dynamic, dynamicCount), 3);
  const dynamicCreates: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    dynamicCreates.push(await timeMs(radiant(dynamic, 'up', '--yes', '--skip-preview')));
    await timeMs(radiant(dynamic, 'destroy', '--yes', '--skip-preview'));
  }
  dynamicCreates.sort((a, b) => a - b);
  figures.push({
    what: 'create of 2,000 dynamic resources, against program and bare client',
    medianMs: dynamicCreates[1]!,
    floorMs: programFloor.medianMs + providerFloor.medianMs,
  });
} finally {
  await timeMs({
    command: process.execPath,
    args: [path.join(repository, 'packages/cli/bin/radiant.cjs'), 'cluster', 'stop'],
    env,
  }).catch(() => undefined);
  await rm(workshop, { recursive: true, force: true });
}

if (process.argv.includes('--json')) {
  console.log(JSON.stringify(figures, null, 2));
} else {
  const seconds = (ms: number | undefined) => (ms === undefined ? '' : `${(ms / 1000).toFixed(2)} s`);
  console.log('| what | first run | median | floor | ratio |\n|---|---|---|---|---|');
  for (const { what, firstMs, medianMs, floorMs } of figures) {
    console.log(
      `| ${what} | ${seconds(firstMs)} | ${seconds(medianMs)} | ${seconds(floorMs)} | ${(medianMs / floorMs).toFixed(2)} |`,
    );
  }
}

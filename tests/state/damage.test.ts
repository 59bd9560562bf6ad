import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startChild } from '../../packages/state/src/testing/children.ts';
import { realStacks, smallExport, smallUrns } from './harness/real-stacks.ts';

/* What a person meets when a file of a state was damaged, and that the commands they are told of mend it. */

const damages: readonly (readonly [string, (bytes: Buffer) => Buffer, RegExp])[] = [
  ['empty', () => Buffer.alloc(0), /is damaged: it is empty/],
  ['filled with zeros', (bytes) => Buffer.alloc(bytes.length), /is damaged: it holds nothing but zeros/],
  ['cut short', (bytes) => bytes.subarray(0, bytes.length / 2), /is damaged: it is no JSON \(/],
  ['changed in one byte', (bytes) => bytes.with(1, 1) as Buffer, /is damaged: it is no JSON \([\x20-\x7e]+\)$/m],
];

test.each(damages)(
  'a checkpoint that is %s is named, is no reason not to list others, and is put back',
  async (_how, damage, expected) => {
    const stacks = await realStacks('dev', 'qa');
    await stacks.must(['stack', 'import'], { input: smallExport() });
    const file = join(stacks.store, '.pulumi/stacks/proj/dev.json');
    await writeFile(file, damage(await readFile(file)));
    for (const args of [['stack', 'export'], ['preview'], ['state', 'unprotect', '--all']]) {
      const { exitCode, err } = await stacks.cli(args);
      expect([exitCode, err]).toEqual([1, expect.stringMatching(expected)]);
      expect(err).toContain(`error: the state file://${file} is damaged`);
      expect(err).toContain('radiant stack export --version N --file state.json');
    }
    const listed = await stacks.must(['stack', 'ls']);
    expect(listed.out).toMatch(/^dev\* +n\/a +n\/a\nqa +n\/a +0$/m);
    expect(listed.err).toMatch(expected);
    await stacks.must(['stack', 'export', '--version', '1', '--file', 'state.json']);
    await stacks.must(['stack', 'import', '--file', 'state.json']);
    expect((await stacks.exported()).resources).toHaveLength(5);
  },
);

test('a packed checkpoint that cannot be unpacked is named', async () => {
  const stacks = await realStacks();
  await stacks.must(['stack', 'init', 'packed'], { env: { PULUMI_DIY_BACKEND_GZIP: 'true' } });
  const file = join(stacks.store, '.pulumi/stacks/proj/packed.json.gz');
  await writeFile(file, gzipSync('{"version":3}').fill(7, 12));
  expect((await stacks.cli(['stack', 'export'])).err).toContain(`the state file://${file} is damaged: it is no JSON (`);
});

const journalDamages: readonly (readonly [string, (bytes: Buffer) => Buffer, RegExp])[] = [
  ['changed in its first record', (bytes) => bytes.with(20, 1) as Buffer, /record 1 cannot be read/],
  ['filled with zeros in the middle', (bytes) => Buffer.from(bytes).fill(0, 2500, 4000), /record [3-6] cannot be read/],
  [
    'without a piece from its middle',
    (bytes) => Buffer.concat([bytes.subarray(0, 2500), bytes.subarray(4000)]),
    /record [3-6] cannot be read/,
  ],
];

test.each(journalDamages)(
  'a journal that is %s is named with its record, and what can be read of it is kept',
  async (_how, damage, record) => {
    const stacks = await realStacks('dev');
    await stacks.must(['stack', 'import'], { input: smallExport() });
    const killed = startChild('appending-child.ts', `file://${stacks.store}`, 'r');
    await killed.said('durable r-20');
    killed.process.kill('SIGKILL');
    await killed.ended;
    const durable = killed.lines.flatMap((line) => /^durable (\S+)/.exec(line)?.[1] ?? []);
    const folder = join(stacks.store, '.pulumi/radiant/proj/dev');
    const journal = join(folder, (await readdir(folder)).find((name) => name.startsWith('journal-'))!);
    await writeFile(journal, damage(await readFile(journal)));
    const refused = await stacks.cli(['state', 'unprotect', smallUrns.part]);
    expect(refused.err).toMatch(
      new RegExp(
        `error: the journal file://${journal} is damaged: record \\d+ cannot be read: it does not match its checksum`,
      ),
    );
    expect(refused.err).toMatch(record);
    expect(refused.err).toContain('    radiant state repair\n      radiant refresh\n');
    expect((await stacks.must(['stack', 'export'])).err).toContain(`warning: the journal file://${journal} is damaged`);
    const repaired = await stacks.must(['state', 'repair', '--yes']);
    expect(repaired.out).toMatch(record);
    const { resources = [], pending_operations = [] } = await stacks.exported();
    const urns = [...resources, ...pending_operations.map(({ resource }) => resource)].map(({ urn }) => urn as string);
    expect(durable.filter((name) => !urns.some((urn) => urn.endsWith(`::${name}`)))).toEqual([]);
    expect(urns).toEqual(expect.arrayContaining(Object.values(smallUrns)));
    await stacks.must(['state', 'unprotect', smallUrns.part]);
  },
);

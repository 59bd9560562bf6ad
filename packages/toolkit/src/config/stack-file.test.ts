import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { OperationError } from '@radiant/model';
import { expect, test } from 'vitest';
import { StackFile, valueInside } from './stack-file.ts';

async function fileOf(text: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'radiant-stack-file-')), 'Pulumi.dev.yaml');
  await writeFile(file, text);
  return file;
}

async function edited(text: string, edit: (file: StackFile) => void): Promise<string> {
  const file = await fileOf(text);
  const stackFile = await StackFile.open(file);
  edit(stackFile);
  await stackFile.save();
  return await readFile(file, 'utf8');
}

const commented = `# who owns this: the day team
config:
  # bumped by the release job
  day:image_tag: v1.2.3 # current
  day:replicas: 5
  day:nested:
    list:
      - one
`;

test('an edit keeps comments, order and everything else', async () => {
  expect(await edited(commented, (file) => file.set('day:image_tag', [], 'v1.2.4'))).toBe(
    commented.replace('v1.2.3', 'v1.2.4'),
  );
});

test.each([
  'config:\n    a:list:\n    - one\n    - {name: two, cpu: 1}\n    a:x: "quoted"   # why\n\n\n    a:y: \'single\'\n    a:z: old\n',
  '# top\n\n---\nconfig:\n  # why\n  a:list: [one, two]\n  a:text: |\n    several\n    lines\n  a:z:   old\n# end\n',
  'encryptionsalt:  v1:x\nconfig:\n  a:z: "old"\n  a:b: {  }\n  a:empty:\nother:   kept\n',
])('an edit keeps every other line as it was written: %j', async (text) => {
  const lines = (await edited(text, (file) => file.set('a:z', [], 'new'))).split('\n');
  const changed = text.split('\n').findIndex((line) => line.includes('old'));
  expect(lines[changed]!.trim()).toBe('a:z: new');
  expect(lines.toSpliced(changed, 1)).toEqual(text.split('\n').toSpliced(changed, 1));
});

test('a removal and a new place keep every other line as well', async () => {
  const text = 'config:\n    a:x:    1   # one\n    a:y: 2\n\n\n    a:o:\n        k:   v\n';
  const removed = await edited(text, (file) => file.remove('a:y', []));
  expect(removed).toBe('config:\n    a:x:    1   # one\n\n\n    a:o:\n        k:   v\n');
  const added = await edited(text, (file) => file.set('a:o', ['n'], 'new'));
  expect(added).toBe(`${text}        n: new\n`);
});

test('a new key goes to the end, and text that looks like a number stays text', async () => {
  expect(await edited(commented, (file) => file.set('day:max', [], '10'))).toBe(`${commented}  day:max: "10"\n`);
});

test('paths lead into structures, and make them', async () => {
  const text = await edited(commented, (file) => {
    file.set('day:nested', ['list', 1], 'two');
    file.set('day:new', ['deep', 'er'], true);
  });
  expect(text).toContain('      - one\n      - two\n');
  expect(text).toContain('  day:new:\n    deep:\n      er: true\n');
});

test('a path that leads through something else is refused, and says what is there', async () => {
  const file = await StackFile.open(await fileOf(commented));
  expect(() => file.set('day:replicas', ['a'], '1')).toThrow(/there is a plain value at day:replicas/);
  expect(() => file.set('day:nested', ['list', 7], '1')).toThrow(/its next place is \[1\]/);
  expect(() => file.set('day:nested', ['list', 'name'], '1')).toThrow(/there is a list at day:nested.list/);
});

test('removing the last key removes the block', async () => {
  expect(await edited('encryptionsalt: v1:x\nconfig:\n  a:b: c\n', (file) => file.remove('a:b', []))).toBe(
    'encryptionsalt: v1:x\n',
  );
});

test('the salt stands first', async () => {
  expect(
    await edited('config:\n  a:b: c\n', (file) =>
      file.setSealedWith({ type: 'passphrase', state: { salt: 'v1:salt' } }),
    ),
  ).toBe('encryptionsalt: v1:salt\nconfig:\n  a:b: c\n');
});

test('what seals a file is said at its top, and by one manager alone', async () => {
  const cloud = { type: 'cloud', state: { url: 'awskms://alias/a?region=eu', encryptedkey: 'AQID' } };
  const text = await edited('encryptionsalt: v1:salt\nconfig:\n  a:b: c\n', (file) => file.setSealedWith(cloud));
  expect(text).toBe('secretsprovider: awskms://alias/a?region=eu\nencryptedkey: AQID\nconfig:\n  a:b: c\n');
  expect((await StackFile.open(await fileOf(text))).sealedWith).toEqual(cloud);
  const back = await edited(text, (file) => file.setSealedWith({ type: 'passphrase', state: { salt: 'v1:s' } }));
  expect(back).toBe('encryptionsalt: v1:s\nconfig:\n  a:b: c\n');
});

test('scalars are text whatever YAML makes of them, and sealed values stay sealed', async () => {
  const file = await StackFile.open(
    await fileOf('config:\n  a:n: 5\n  a:t: true\n  a:s:\n    secure: v1:abc\n  a:o:\n    x:\n      secure: v1:d\n'),
  );
  const values = file.values();
  expect(values.get('a:n')).toEqual({ kind: 'plain', text: '5' });
  expect(values.get('a:t')).toEqual({ kind: 'plain', text: 'true' });
  expect(values.get('a:s')).toEqual({ kind: 'sealed', ciphertext: 'v1:abc' });
  expect(valueInside(values.get('a:o')!, ['x'], 'place')).toEqual({ kind: 'sealed', ciphertext: 'v1:d' });
});

test('a function block is refused by name, with what to do instead', async () => {
  const file = await fileOf(
    'config:\n  pulumi:kubeconfig:\n    fn::stackReference:\n      name: organization/infrastructure/production\n      output: kubeconfig\n',
  );
  const stackFile = await StackFile.open(file);
  expect(() => stackFile.values()).toThrow(OperationError);
  expect(() => stackFile.values()).toThrow(
    /pulumi:kubeconfig uses "fn::stackReference"[\s\S]*new pulumi.StackReference/,
  );
});

test.each([
  ['config: [1, 2]\n', /"config" holds keys and values/],
  ['config:\n  plain: 1\n', /the key "plain" has no namespace/],
  ['config:\n  a:b: {\n', /Pulumi.dev.yaml:\d+:\d+/],
  ['config:\n  a:b: 1\n  a:b: 2\n', /Map keys must be unique/],
  ['- 1\n', /expected keys and values at the top/],
])('the broken file %j is refused with its name', async (text, message) => {
  const file = await fileOf(text);
  await expect(StackFile.open(file).then((stackFile) => stackFile.values())).rejects.toThrow(message);
  await expect(StackFile.open(file).then((stackFile) => stackFile.values())).rejects.toThrow(file);
});

test('a file whose configuration is no map, or that refers to what is not there, is named and left as it is', async () => {
  const scalar = await fileOf('config: 5\n');
  const file = await StackFile.open(scalar);
  expect(() => file.values()).toThrow(`${scalar}: "config" holds keys and values`);
  expect(() => file.set('a:b', [], 'x')).toThrow(`${scalar}: "config" holds keys and values`);
  const dangling = await fileOf('config:\n  a:b: *nothing\n');
  await expect(StackFile.open(dangling)).rejects.toMatchObject({
    code: 'YAML_INVALID',
    message: expect.stringContaining(`${dangling}: Unresolved alias`),
  });
  const laughs = ['x0: &x0 [lol, lol, lol]'];
  for (let level = 1; level < 9; level += 1)
    laughs.push(
      `x${level}: &x${level} [${Array(9)
        .fill(`*x${level - 1}`)
        .join(', ')}]`,
    );
  await expect(StackFile.open(await fileOf(laughs.join('\n')))).rejects.toThrow('Excessive alias count');
});

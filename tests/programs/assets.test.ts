import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

const program = `import * as pulumi from '@pulumi/pulumi';
import { readFileSync } from 'node:fs';
const { AssetArchive, FileArchive, FileAsset, StringAsset } = pulumi.asset;
const provider: pulumi.dynamic.ResourceProvider = {
  async diff(_id, olds, news) { return { changes: olds.source.hash !== news.source.hash }; },
  async create(inputs) { return { id: 'site', outs: inputs }; },
  async update(_id, _olds, news) { return { outs: news }; },
};
class Site extends pulumi.dynamic.Resource {
  constructor(name: string, source: pulumi.asset.Asset | pulumi.asset.Archive) { super(provider, name, { source }); }
}
new Site('file', new FileAsset('hello.txt'));
new Site('text', new StringAsset('hello'));
new Site('folder', new FileArchive('site'));
new Site('bundle', new AssetArchive({ 'a.txt': new FileAsset('hello.txt'), b: new StringAsset('b'), site: new FileArchive('site') }));
`;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe.each(wires)('over the %s wire', (wire) => {
  test('assets and archives are what their hashes say: what changes in a file updates what holds it, and nothing else', async () => {
    await using stack = await ProgramStack.create(
      { 'index.ts': program, 'hello.txt': 'hello', 'site/index.html': '<p>one', 'site/deep/a.css': 'p {}' },
      { wire },
    );
    await stack.mustUp();
    expect((await stack.resource('file')).inputs?.source).toMatchObject({ path: 'hello.txt', hash: sha256('hello') });
    expect((await stack.resource('text')).inputs?.source).toMatchObject({ text: 'hello', hash: sha256('hello') });
    await stack.write({ 'hello.txt': 'hello' });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 5 });
    await stack.write({ 'hello.txt': 'good bye' });
    const { out } = await stack.command('preview', '--diff');
    const change = `asset(file:${sha256('hello').slice(0, 7)}->${sha256('good bye').slice(0, 7)}) { hello.txt }`;
    expect(out).toContain(`~ source: ${change}`);
    expect(out).toMatch(/~ source: archive\(assets:[\da-f]{7}->[\da-f]{7}\) \{\n *~ "a.txt": asset/);
    const updates = async () => (await stack.mustUp()).steps.filter((step) => step.startsWith('update')).sort();
    expect(await updates()).toEqual(['update bundle', 'update file']);
    await stack.write({ 'site/deep/a.css': 'p { color: red }' });
    expect(await updates()).toEqual(['update bundle', 'update folder']);
  });
});

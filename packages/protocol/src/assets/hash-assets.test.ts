import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { Archive, Asset, type PropertyMap, Secret } from '@radiant/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashAssets } from './hash-assets.ts';
import { filling, tarEnd, tarHeader } from './tar-header.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assets-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const text = (content: string) => new Asset({ kind: 'text', text: content });
const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function hashOf(value: Asset | Archive): Promise<string> {
  const { it: hashed } = await hashAssets({ it: value }, folder);
  return (hashed as Asset | Archive).hash;
}

function tarOf(files: Record<string, string>): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    return [tarHeader(name, bytes.length), bytes, filling(bytes.length)];
  });
  return Buffer.concat([...parts, tarEnd]);
}

describe('hashes of assets', () => {
  it('are the sha256 of the text', async () => {
    expect(await hashOf(text('hello'))).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(await hashOf(text(''))).toBe(sha256(''));
  });

  it('are the sha256 of a file, found from the program’s folder', async () => {
    const bytes = Buffer.alloc(300_000, 'day');
    await writeFile(join(folder, 'big.bin'), bytes);
    expect(await hashOf(new Asset({ kind: 'path', path: 'big.bin' }))).toBe(sha256(bytes));
    expect(await hashOf(new Asset({ kind: 'path', path: join(folder, 'big.bin') }))).toBe(sha256(bytes));
  });

  it('are the sha256 of what an address holds', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/x') response.end('over http');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await hashOf(new Asset({ kind: 'uri', uri: `${base}/x` }))).toBe(sha256('over http'));
      await expect(hashOf(new Asset({ kind: 'uri', uri: `${base}/y?key=s3cret` }))).rejects.toThrow(
        `property "it": cannot read ${base}/y: it answered 404`,
      );
    } finally {
      server.close();
    }
    await writeFile(join(folder, 'by uri.txt'), 'x');
    expect(await hashOf(new Asset({ kind: 'uri', uri: `file://${folder}/by%20uri.txt` }))).toBe(sha256('x'));
  });

  it('that are known already stay, and values without assets stay the same object', async () => {
    const known = new Asset({ kind: 'path', path: 'not-there' }, 'abc');
    const map: PropertyMap = { known, other: [1, { a: 'b' }] };
    expect(await hashAssets(map, folder)).toBe(map);
  });

  it('are found inside of secrets, lists and maps', async () => {
    const map = await hashAssets({ list: [{ s: new Secret(text('hello')) }] }, folder);
    expect(map).toEqual({
      list: [{ s: new Secret(new Asset({ kind: 'text', text: 'hello' }, sha256('hello'))) }],
    });
  });

  it('name the property when the file is not there', async () => {
    const map = { code: { files: [new Asset({ kind: 'path', path: 'nope.js' })] } };
    await expect(hashAssets(map, folder)).rejects.toThrow(
      `property "code.files[0]": cannot read the file "${join(folder, 'nope.js')}": there is no such file`,
    );
  });
});

describe('hashes of archives', () => {
  it('equal those that the established engine recorded', async () => {
    const archive = new Archive({ kind: 'assets', assets: { 'a.txt': text('a') } });
    const { bundle } = await hashAssets({ bundle: archive }, folder);
    expect(bundle).toEqual(
      new Archive(
        {
          kind: 'assets',
          assets: {
            'a.txt': new Asset(
              { kind: 'text', text: 'a' },
              'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
            ),
          },
        },
        '5dcbdfec513ed190d59612ca5fd56e853f1d6a1dc267134d45d61c5c830786d1',
      ),
    );
  });

  it('do not depend on the order in which members were given', async () => {
    const one = new Archive({ kind: 'assets', assets: { b: text('2'), a: text('1') } });
    const other = new Archive({ kind: 'assets', assets: { a: text('1'), b: text('2') } });
    expect(await hashOf(one)).toBe(await hashOf(other));
    expect(await hashOf(one)).toBe(sha256(tarOf({ a: '1', b: '2' })));
  });

  it('of a folder are those of a tar of its files, links to folders and bookkeeping left out', async () => {
    const root = join(folder, 'site');
    await mkdir(join(root, 'css'), { recursive: true });
    await mkdir(join(root, '.pulumi'));
    await writeFile(join(root, '.pulumi', 'x'), 'x');
    await writeFile(join(root, 'index.html'), '<h1>');
    await writeFile(join(root, 'css', 'day.css'), 'h1{}');
    await writeFile(join(root, 'css.txt'), 'no');
    await symlink(join(root, 'css'), join(root, 'styles'));
    await symlink(join(root, 'index.html'), join(root, 'home.html'));
    const expected = tarOf({ 'css/day.css': 'h1{}', 'css.txt': 'no', 'home.html': '<h1>', 'index.html': '<h1>' });
    expect(await hashOf(new Archive({ kind: 'path', path: 'site' }))).toBe(sha256(expected));
  });

  it('of an archive file are those of its bytes', async () => {
    const bytes = gzipSync(tarOf({ a: 'x' }));
    await writeFile(join(folder, 'code.v1.tar.gz'), bytes);
    expect(await hashOf(new Archive({ kind: 'path', path: 'code.v1.tar.gz' }))).toBe(sha256(bytes));
  });

  it('unfold archives that lie within archives', async () => {
    await writeFile(join(folder, 'in.tgz'), gzipSync(tarOf({ './x/1': 'one', two: 'two' })));
    await writeFile(join(folder, 'in.zip'), zipOf({ 'z/3': 'three', four: 'four' }));
    const archive = new Archive({
      kind: 'assets',
      assets: {
        'from-tar': new Archive({ kind: 'path', path: 'in.tgz' }),
        'from-zip': new Archive({ kind: 'path', path: 'in.zip' }),
        a: text('a'),
      },
    });
    const expected = tarOf({
      a: 'a',
      'from-tar/x/1': 'one',
      'from-tar/two': 'two',
      'from-zip/z/3': 'three',
      'from-zip/four': 'four',
    });
    expect(await hashOf(archive)).toBe(sha256(expected));
  });

  it('say so when the path is neither a folder nor an archive file, or the archive is damaged', async () => {
    await writeFile(join(folder, 'plain.txt'), 'x');
    await writeFile(join(folder, 'broken.zip'), 'x'.repeat(100));
    await expect(hashOf(new Archive({ kind: 'path', path: 'plain.txt' }))).rejects.toThrow(
      'is neither a folder nor an archive file',
    );
    await expect(hashOf(new Archive({ kind: 'path', path: 'gone' }))).rejects.toThrow('there is no such file');
    const nested = new Archive({ kind: 'assets', assets: { in: new Archive({ kind: 'path', path: 'broken.zip' }) } });
    await expect(hashOf(nested)).rejects.toThrow('broken.zip" is not a zip archive: it has no directory');
  });
});

describe('tar headers', () => {
  it('are read by tar itself, whatever the name', async () => {
    const names = [
      'plain.txt',
      `${'deep/'.repeat(25)}file.txt`,
      `${'n'.repeat(120)}.txt`,
      'ümläut/日本.txt',
      `${'d'.repeat(160)}/${'n'.repeat(30)}`,
    ];
    const path = join(folder, 'names.tar');
    await writeFile(path, tarOf(Object.fromEntries(names.map((name, index) => [name, `content ${index}`]))));
    const listed = execFileSync('tar', ['--quoting-style=literal', '-tf', path], { encoding: 'utf8' });
    expect(listed.trimEnd().split('\n')).toEqual(names);
  });

  it('refuse what they cannot say', () => {
    expect(() => tarHeader('huge', 9 * 2 ** 30)).toThrow('larger than 8 GiB');
  });
});

function zipOf(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const raw = Buffer.from(content);
    const bytes = deflateRawSync(raw);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(bytes.length, 18);
    local.writeUInt32LE(raw.length, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt32LE(raw.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), bytes);
    entries.push(entry, Buffer.from(name));
    offset += 30 + name.length + bytes.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeOn } from '../../packages/state/src/testing/describe-stores.ts';
import { remoteLabKinds } from '../support/lab-stores.ts';
import { type RealStacks, realStacksIn, smallExport, smallUrns as urns } from './harness/real-stacks.ts';

/* What people do with stacks and states by hand, in a bucket and in a database. In a folder: the files beside this one. */

async function namesIn(stacks: RealStacks, stack: string): Promise<readonly string[]> {
  return ((await stacks.exported(stack)).resources ?? []).map(({ urn }) => urn.split('::').at(-1));
}

describeOn(remoteLabKinds, (fresh) => {
  async function smallStack(...others: readonly string[]): Promise<RealStacks> {
    const stacks = await realStacksIn(await fresh(), 'dev', ...others);
    await stacks.must(['stack', 'import'], { input: smallExport() });
    return stacks;
  }

  test('a stack is renamed with its history, tags and secrets, found by its tags, and removed', async () => {
    const stacks = await smallStack('qa');
    await stacks.must(['config', 'set', '--secret', 'token', 'hunter2']);
    await stacks.must(['stack', 'tag', 'set', 'team', 'day and night']);
    expect((await stacks.must(['stack', 'rename', 'prod'])).out).toBe('Renamed dev to prod\n');
    expect(await namesIn(stacks, 'prod')).toEqual(['proj-prod', 'default', 'group', 'part', 'user']);
    expect((await stacks.must(['config', 'get', 'token'])).out).toBe('hunter2\n');
    expect((await stacks.must(['stack', 'tag', 'get', 'team'])).out).toBe('day and night\n');
    const listed = await stacks.must(['stack', 'ls', '--json', '--tag', 'team']);
    expect(JSON.parse(listed.out)).toMatchObject([{ name: 'prod', current: true, resourceCount: 5 }]);
    const history = JSON.parse((await stacks.must(['stack', 'history', '--json'])).out);
    expect(history.map(({ kind }: { readonly kind: string }) => kind)).toEqual(['rename', 'import']);
    expect((await stacks.cli(['stack', 'rename', 'qa'])).err).toContain('It is that of another stack');
    await stacks.must(['stack', 'tag', 'rm', 'team']);
    expect((await stacks.must(['stack', 'tag', 'ls', '--json'])).out).toBe('{}\n');
    expect((await stacks.cli(['stack', 'rm', '--yes'])).err).toContain("'prod' still has resources");
    await stacks.must(['stack', 'rm', '--yes', '--force']);
    expect((await stacks.must(['stack', 'ls'])).out).toMatch(/^qa /m);
    await stacks.must(['stack', 'init', 'prod']);
    expect(JSON.parse((await stacks.must(['stack', 'history', '--json'])).out)).toEqual([]);
  }, 60_000);

  test('records are renamed, marked, moved and deleted, and earlier ones are found in the history', async () => {
    const stacks = await smallStack('prod');
    const piece = urns.part.replace(/part$/, 'piece');
    await stacks.must(['state', 'rename', urns.part, 'piece', '--yes']);
    await stacks.must(['state', 'unprotect', piece, '--yes']);
    await stacks.must(['state', 'taint', piece, urns.user, '--yes']);
    expect((await stacks.exported()).resources!.slice(3)).toMatchObject([
      { urn: piece, taint: true },
      { urn: urns.user, taint: true, dependencies: [piece] },
    ]);
    await stacks.must(['state', 'move', '--dest', 'prod', urns.group, '--yes']);
    expect(await namesIn(stacks, 'prod')).toEqual(['proj-prod', 'default', 'group', 'piece']);
    expect((await stacks.cli(['state', 'delete', urns.provider, '--yes'])).err).toContain("can't be safely deleted");
    await stacks.must(['state', 'delete', urns.user, '--yes']);
    expect(await namesIn(stacks, 'dev')).toEqual(['proj-dev', 'default']);
    expect((await stacks.exported('dev', '--version', '1')).resources).toHaveLength(5);
  }, 60_000);

  test('a state is edited, and one that breaks its rules is refused until it is mended', async () => {
    const stacks = await smallStack();
    const editor = join(stacks.dir, 'editor');
    await writeFile(editor, `#!/bin/sh\nsed -i 's/"size": 1/"size": 2/' "$1"\n`);
    await chmod(editor, 0o755);
    const edited = await stacks.must(['state', 'edit'], {
      isTerminal: true,
      env: { EDITOR: editor },
      answers: ['accept'],
    });
    expect(edited.out).toContain('~ inputs.size: 1 => 2\nState edited\n');
    await stacks.tamper('dev', (deployment) => {
      const [root, , group, part, user] = deployment.resources!;
      deployment.resources = [user, root, group, part];
    });
    expect((await stacks.cli(['refresh', '--yes', '--skip-preview'])).err).toContain('radiant state repair');
    await stacks.must(['state', 'repair', '--yes']);
    expect(await namesIn(stacks, 'dev')).toEqual(expect.arrayContaining(['default', 'group', 'part', 'user']));
    expect((await stacks.must(['state', 'repair', '--yes'])).out).toContain('already valid');
  }, 60_000);
});

import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startChild } from '../../packages/state/src/testing/children.ts';
import { type RealStacks, realStacks, smallExport, smallUrns as urns } from './harness/real-stacks.ts';

async function smallStack(...others: string[]): Promise<RealStacks> {
  const stacks = await realStacks('dev', ...others);
  await stacks.must(['stack', 'import'], { input: smallExport() });
  return stacks;
}

async function namesIn(stacks: RealStacks, stack?: string): Promise<readonly string[]> {
  return ((await stacks.exported(stack)).resources ?? []).map(({ urn }) => urn.split('::').at(-1));
}

const known = { provider: ['proj-dev', 'default'] };

describe('state delete', () => {
  test('forgets a resource that nothing needs, and says that the thing stays', async () => {
    const stacks = await smallStack();
    const { out } = await stacks.must(['state', 'delete', urns.user]);
    expect(out).toBe(
      `Changes to the state of dev:\n  - ${urns.user}\n` +
        'The thing behind it stays, and is no longer managed by this stack.\nResource deleted\n',
    );
    expect(await namesIn(stacks)).toEqual([...known.provider, 'group', 'part']);
  });

  test('refuses what others need and what is protected, and writes nothing', async () => {
    const stacks = await smallStack();
    const needed = await stacks.cli(['state', 'delete', urns.group, '--yes']);
    expect(needed.exitCode).toBe(1);
    expect(needed.err).toBe(
      `error: ${urns.group} can't be safely deleted because the following resources depend on it:\n` +
        `   * "part" (${urns.part})\n   * "user" (${urns.user})\n` +
        '  Delete those resources first or pass --target-dependents.\n',
    );
    const guarded = await stacks.cli(['state', 'delete', urns.group, '--target-dependents']);
    expect(guarded.err).toContain(`${urns.part} can't be safely deleted because it is protected. Re-run this command`);
    expect(await namesIn(stacks)).toHaveLength(5);
    await stacks.must(['state', 'delete', urns.group, '--target-dependents', '--force']);
    expect(await namesIn(stacks)).toEqual(known.provider);
  });

  test('lets a person choose, and declines without a yes', async () => {
    const stacks = await smallStack();
    const terminal = { isTerminal: true };
    const no = await stacks.cli(['state', 'delete'], { ...terminal, answers: [urns.user, 'no'] });
    expect(no).toMatchObject({ exitCode: 1, err: 'error: confirmation declined\n' });
    expect(no.questions[0]).toBe('Select the resource to delete');
    expect(await namesIn(stacks)).toHaveLength(5);
    await stacks.must(['state', 'delete'], { ...terminal, answers: [urns.user, 'yes'] });
    expect(await namesIn(stacks)).toHaveLength(4);
    expect((await stacks.cli(['state', 'delete'])).err).toBe(
      'error: Must supply <resource URN> unless pulumi is run interactively\n',
    );
  });

  test('of all empties the state', async () => {
    const stacks = await smallStack();
    expect((await stacks.cli(['state', 'delete', '--all', urns.user])).err).toContain('cannot specify a resource URN');
    expect((await stacks.must(['state', 'delete', '--all', '--force', '--yes'])).out).toContain('Resources deleted\n');
    expect(await namesIn(stacks)).toEqual([]);
  });
});

test('a stack that is not there is named as it was named, and an import may begin with a byte order mark', async () => {
  const stacks = await smallStack();
  const missing = await stacks.cli(['state', 'protect', '--all', '--stack', 'organization/shop/dev']);
  expect(missing.err).toContain("no stack named 'organization/shop/dev' found");
  await stacks.must(['stack', 'import'], { input: `\uFEFF${smallExport()}` });
  expect(await namesIn(stacks)).toHaveLength(5);
});

test('state rename renames a record and what refers to it', async () => {
  const stacks = await smallStack();
  expect((await stacks.must(['state', 'rename', urns.part, 'piece', '--yes'])).out).toContain('Resource renamed\n');
  const renamed = urns.part.replace(/part$/, 'piece');
  expect((await stacks.exported()).resources!.slice(3)).toMatchObject([
    { urn: renamed, id: 'id-part' },
    { dependencies: [renamed], propertyDependencies: { of: [renamed] } },
  ]);
  expect((await stacks.cli(['state', 'rename', renamed])).err).toContain(
    'Must supply <resource URN> and <new name> unless pulumi is run interactively',
  );
});

test('state protect, unprotect, taint and untaint mark what they name, or all', async () => {
  const stacks = await smallStack();
  const marks = async () =>
    ((await stacks.exported()).resources ?? []).flatMap(({ urn, protect, taint }) =>
      protect || taint ? [`${urn.split('::').at(-1)}${protect ? ' protect' : ''}${taint ? ' taint' : ''}`] : [],
    );
  expect((await stacks.must(['state', 'unprotect', urns.part, '--yes'])).out).toContain('1 resources unprotected\n');
  expect((await stacks.must(['state', 'taint', urns.part, urns.user, '--yes'])).out).toContain('2 resources tainted\n');
  expect(await marks()).toEqual(['part taint', 'user taint']);
  const both = await stacks.cli(['state', 'untaint', '--all', urns.part, '--yes']);
  expect(both.err).toBe('error: cannot specify a resource URN together with --all\n');
  expect((await stacks.must(['state', 'untaint', '--all', '--yes'])).out).toContain('All resources untainted\n');
  expect((await stacks.must(['state', 'protect', urns.user, '--yes'])).out).toContain('1 resources protected\n');
  expect(await marks()).toEqual(['user protect']);
  expect((await stacks.must(['state', 'unprotect', '--all', '--yes'])).out).toContain('All resources unprotected\n');
  expect(await marks()).toEqual([]);
  expect((await stacks.cli(['state', 'taint', 'urn:pulumi:dev::proj::a:b:C::x'])).err).toContain(
    'No such resource "urn:pulumi:dev::proj::a:b:C::x" exists in the current state',
  );
});

describe('state repair', () => {
  test('leaves a sound state alone', async () => {
    const stacks = await smallStack();
    const before = await stacks.exported();
    expect((await stacks.must(['state', 'repair', '--yes'])).out).toBe(
      'The snapshot is already valid; skipping repair\n',
    );
    expect(await stacks.exported()).toEqual(before);
  });

  test('mends a state that nothing else will work with, and says how', async () => {
    const stacks = await smallStack();
    await stacks.tamper('dev', (deployment) => {
      const [root, , group, part, user] = deployment.resources!;
      part.parent = 'urn:pulumi:dev::proj::test:index:Group::gone';
      deployment.resources = [user, root, group, part];
      deployment.manifest = { ...(deployment.manifest as object), version: 'v3.1.0', magic: 'wrong' };
    });
    const refused = await stacks.cli(['refresh', '--yes', '--skip-preview']);
    expect(refused.err).toContain('radiant state repair');
    expect((await stacks.cli(['state', 'repair'])).exitCode).toBe(2);
    const { out } = await stacks.must(['state', 'repair', '--yes']);
    expect(out).toContain('magic cookie mismatch; possible tampering/corruption detected');
    expect(out).toContain(`      ~ parent: urn:pulumi:dev::proj::test:index:Group::gone => ${urns.root}\n`);
    expect(out).toContain('reordered to appear before their dependents:');
    expect(out).toContain(`  + ${urns.provider}\n`);
    expect(out.endsWith('State repaired successfully\n')).toBe(true);
    expect((await stacks.must(['state', 'repair', '--yes'])).out).toContain('already valid');
  });

  test('says what it cannot mend, which an edit or a deletion can', async () => {
    const stacks = await smallStack();
    await stacks.tamper('dev', (deployment) => {
      deployment.resources![4].type = 'test:index:Other';
    });
    const { exitCode, err } = await stacks.cli(['state', 'repair', '--yes']);
    expect(exitCode).toBe(1);
    expect(err).toContain(`${urns.user} is recorded with type "test:index:Other" (type-differs-from-urn)`);
    await stacks.must(['state', 'delete', urns.user, '--yes']);
    expect((await stacks.must(['state', 'repair', '--yes'])).out).toContain('already valid');
  });
});

describe('state edit', () => {
  /** An editor that replaces a text, and with `--then` another the next time. */
  async function editor(stacks: RealStacks, script: string): Promise<{ readonly EDITOR: string }> {
    const file = join(stacks.dir, 'my editor');
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return { EDITOR: `'${file}' --wait` };
  }

  test('shows what was edited, record by record, and writes it when it is accepted', async () => {
    const stacks = await smallStack();
    const env = await editor(stacks, `sed -i 's/"size": 1/"size": 2/' "$2"`);
    const { out } = await stacks.must(['state', 'edit'], { isTerminal: true, env, answers: ['accept'] });
    expect(out).toBe(
      'Previewing state edit (organization/proj/dev)\n\n' +
        `Changes to the state of dev:\n  ~ ${urns.part}\n      ~ inputs.size: 1 => 2\nState edited\n`,
    );
    expect((await stacks.exported()).resources![3].inputs).toEqual({ size: 2 });
  });

  test('waits for who holds the stack before it looks, with --wait, and edits what that one left', async () => {
    const stacks = await smallStack();
    const holder = startChild('appending-child.ts', `file://${stacks.store}`, 'r');
    await holder.said('durable r-3');
    const env = await editor(stacks, `sed -i 's/"size": 1/"size": 2/' "$2"`);
    const refused = await stacks.cli(['state', 'edit'], { isTerminal: true, env, answers: ['accept'] });
    expect(refused.err).toContain('the stack is currently locked by 1 lock(s)');
    const { out, err } = await stacks.must(['state', 'edit', '--wait'], {
      isTerminal: true,
      env,
      answers: ['accept'],
      onWrite: (text) => {
        if (text.includes("Waiting for stack 'dev'")) holder.process.kill('SIGKILL');
      },
    });
    expect(err).toContain("Waiting for stack 'dev'");
    expect(out).toContain('State edited\n');
    const { resources = [] } = await stacks.exported();
    expect(resources.find(({ urn }) => urn === urns.part).inputs).toEqual({ size: 2 });
    expect(resources.filter(({ urn }) => /::r-[0-3]$/.test(urn))).toHaveLength(4);
  });

  test('says why an edit is not valid, and lets it be mended or given up', async () => {
    const stacks = await smallStack();
    const before = await stacks.exported();
    const env = await editor(stacks, `sed -i 's/"parent": "[^"]*Group::group"/"parent": "urn:x::y::z::gone"/' "$2"`);
    const { err, exitCode } = await stacks.cli(['state', 'edit'], {
      isTerminal: true,
      env,
      answers: ['reset', 'cancel'],
    });
    expect(exitCode).toBe(8);
    expect(err).toContain(
      `${urns.part} names the parent urn:x::y::z::gone, which is not recorded before it (parent-missing)`,
    );
    expect(await stacks.exported()).toEqual(before);
    const unreadable = await editor(stacks, `echo nonsense > "$2"`);
    const broken = await stacks.cli(['state', 'edit'], { isTerminal: true, env: unreadable, answers: ['cancel'] });
    expect(broken.err).toContain('provided state is not valid: it is not JSON');
  });

  test('changes nothing without an editor, a person, or a change', async () => {
    const stacks = await smallStack();
    expect((await stacks.cli(['state', 'edit'])).err).toContain('must be run in interactive mode');
    expect((await stacks.cli(['state', 'edit'], { isTerminal: true })).err).toContain('no EDITOR environment');
    const env = await editor(stacks, 'true');
    expect((await stacks.must(['state', 'edit'], { isTerminal: true, env })).err).toContain('was not changed');
  });

  test('takes pending operations out and puts them in', async () => {
    const stacks = await smallStack();
    await stacks.tamper('dev', (deployment) => {
      deployment.pending_operations = [{ type: 'updating', resource: deployment.resources![4] }];
    });
    const other = await editor(stacks, `sed -i 's/"type": "updating"/"type": "deleting"/' "$2"`);
    const { out } = await stacks.must(['state', 'edit'], { isTerminal: true, env: other, answers: ['accept'] });
    expect(out).toContain(`  - ${urns.user}: no longer in doubt (it was interrupted while updating)\n`);
    expect(out).toContain(`  + ${urns.user}: in doubt (as if interrupted while deleting)\n`);
    expect((await stacks.exported()).pending_operations).toMatchObject([
      { type: 'deleting', resource: { urn: urns.user } },
    ]);
    const none = await editor(
      stacks,
      `node -e "const f='$2';const fs=require('fs');const d=JSON.parse(fs.readFileSync(f));delete d.deployment.pending_operations;fs.writeFileSync(f,JSON.stringify(d))"`,
    );
    await stacks.must(['state', 'edit'], { isTerminal: true, env: none, answers: ['accept'] });
    expect((await stacks.exported()).pending_operations).toBeUndefined();
    expect((await stacks.exported()).resources).toHaveLength(5);
  });

  test('seals a secret that was written in the clear', async () => {
    const stacks = await smallStack();
    const secret =
      '{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"\\\\"hunter2\\\\""}';
    const env = await editor(stacks, `sed -i 's|"size": 1|"size": ${secret}|' "$2"`);
    const { out } = await stacks.must(['state', 'edit'], { isTerminal: true, env, answers: ['accept'] });
    expect(out).toContain('~ inputs.size: 1 => [secret]');
    expect(JSON.stringify(await stacks.exported())).not.toContain('hunter2');
    expect(JSON.stringify(await stacks.exported('dev', '--show-secrets'))).toContain('hunter2');
  });
});

describe('state move', () => {
  test('moves to another stack, in the established CLI’s words', async () => {
    const stacks = await smallStack('prod');
    const args = ['state', 'move', '--dest', 'prod', urns.group];
    expect((await stacks.cli(args)).exitCode).toBe(2);
    const { out } = await stacks.must([...args, '--yes']);
    expect(out).toContain(
      'Planning to move the following resources from organization/proj/dev to organization/proj/prod:\n\n' +
        `  - ${urns.group}\n  - ${urns.part}\n`,
    );
    expect(out).toContain(`  - ${urns.user} has a dependency on ${urns.part}\n`);
    expect(out).toContain('Successfully moved resources from organization/proj/dev to organization/proj/prod\n');
    expect(await namesIn(stacks)).toEqual([...known.provider, 'user']);
    expect(await namesIn(stacks, 'prod')).toEqual(['proj-prod', 'default', 'group', 'part']);
  });

  test('asks on a terminal, and moves nothing without a yes', async () => {
    const stacks = await smallStack('prod');
    const no = await stacks.cli(['state', 'move', '--source', 'dev', '--dest', 'prod', urns.user], {
      isTerminal: true,
      answers: ['no'],
    });
    expect(no.err).toContain('Confirmation denied, not proceeding with the state move');
    expect(await namesIn(stacks, 'prod')).toEqual([]);
    expect((await stacks.cli(['state', 'move', '--source', 'dev', urns.user, '--yes'])).err).toContain(
      'the same stack',
    );
    expect((await stacks.cli(['state', 'move', urns.user, '--yes'])).err).toContain(
      'at least one of --source or --dest',
    );
  });
});

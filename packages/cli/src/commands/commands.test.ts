import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../test/fake-context.ts';

const outputs = { url: 'http://day', replicas: 3, nested: { list: [1, 'two', null] }, token: '[secret]' };
const config = [
  { key: 'day:nested', value: '{"list":["one"]}', objectValue: { list: ['one'] }, isSecret: false },
  { key: 'kubernetes:context', value: 'embedded', isSecret: false },
  { key: 'day:token', value: undefined, isSecret: true },
];

describe('stack', () => {
  it('lists stacks as a table and as JSON', async () => {
    const { out } = await runCli('stack ls', { stacks: ['dev', 'production'] });
    expect(out.replace(/\d+ \w+ ago|now/, 'some time ago').replaceAll(/ {2,}/g, '  ')).toBe(
      'NAME  LAST UPDATE  RESOURCE COUNT\ndev*  some time ago  11\nproduction  n/a  n/a\n',
    );
    const json = await runCli('stack ls --json', { stacks: ['dev', 'production'] });
    expect(json.out).toBe(
      `${JSON.stringify(
        [
          { name: 'dev', current: true, lastUpdate: '2026-11-21T03:43:52.824Z', resourceCount: 11 },
          { name: 'production', current: false },
        ],
        undefined,
        2,
      )}\n`,
    );
  });

  it('prints outputs in every form', async () => {
    expect((await runCli('stack output', { outputs })).out).toMatchInlineSnapshot(`
      "Current stack outputs (4):
          OUTPUT    VALUE
          nested    {"list":[1,"two",null]}
          replicas  3
          token     [secret]
          url       http://day
      "
    `);
    expect(JSON.parse((await runCli('stack output --json', { outputs })).out)).toEqual(outputs);
    expect((await runCli('stack output url', { outputs })).out).toBe('http://day\n');
    expect((await runCli('stack output nested', { outputs })).out).toBe('{"list":[1,"two",null]}\n');
    expect((await runCli('stack output url --json', { outputs })).out).toBe('"http://day"\n');
    expect((await runCli('stack output --show-secrets', { outputs })).calls).toEqual(['outputs {"showSecrets":true}']);
    expect(await runCli('stack output nope', { outputs })).toMatchObject({
      err: "error: current stack does not have output property 'nope'\n",
      exitCode: 1,
    });
  });

  it('prints outputs as words of a shell, bare where nothing must be quoted', async () => {
    const values = {
      url: 'https://day.example.com/a?b=1&c',
      plain: 'mybucket-1234',
      words: "it's a day",
      home: '~/day~',
      json: { a: ['b'], $c: '`' },
      none: '',
      'a-b': 1,
      secret: '[secret]',
    };
    const { out } = await runCli('stack output --shell', { outputs: values });
    expect(out.split('\n').filter((line) => /^(plain|a_b|none|secret)=/.test(line))).toEqual([
      'a_b=1',
      "none=''",
      'plain=mybucket-1234',
      'secret=\\[secret]',
    ]);
    const names = ['url', 'words', 'home', 'json', 'none', 'secret'] as const;
    const script = `${out}printf '%s\\n' ${names.map((name) => `"$${name}"`).join(' ')}`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n').slice(0, -1)).toEqual(
      names.map((name) => (typeof values[name] === 'string' ? values[name] : JSON.stringify(values[name]))),
    );
  });

  it('exports with four spaces, and imports from standard input', async () => {
    const { out } = await runCli('stack export', { deployment: { version: 3, deployment: { manifest: {} } } });
    expect(out).toBe('{\n    "version": 3,\n    "deployment": {\n        "manifest": {}\n    }\n}\n');
    const imported = await runCli('stack import --force', { input: '{}' });
    expect(imported.calls).toEqual(['import {} {"force":true,"sourceName":"standard input"}']);
    expect(imported).toMatchObject({ out: 'Import complete.\n', err: 'warning: a pending operation was dropped\n' });
    expect((await runCli('stack import --file /nowhere')).err).toBe('error: could not open /nowhere: ENOENT\n');
  });

  it('removes a stack only when it is sure, and by its full name: another project may have one of the same', async () => {
    expect(await runCli('stack rm dev')).toMatchObject({
      err: 'error: non-interactive mode requires --yes flag\n',
      exitCode: 2,
    });
    expect((await runCli('stack rm --yes --force dev')).calls).toEqual([
      'removeStack organization/day/dev {"force":true,"preserveConfig":false}',
    ]);
    expect((await runCli('stack rm', { isTerminal: true, answers: ['dev'] })).calls).toHaveLength(1);
    expect((await runCli('stack rm', { isTerminal: true, answers: ['no'] })).calls).toHaveLength(0);
  });

  it('makes, selects and unselects', async () => {
    expect((await runCli('stack init qa --no-select --secrets-provider passphrase')).calls).toEqual([
      'createStack qa {"select":false,"secretsProvider":"passphrase"}',
    ]);
    expect((await runCli('stack select --stack dev')).calls).toEqual(['selectStack dev']);
    expect((await runCli('stack select qa --create')).calls).toEqual(['createStack qa {"select":true}']);
    expect(await runCli('stack select nope')).toMatchObject({
      err: "error: no stack named 'nope' found\n",
      exitCode: 6,
    });
    expect((await runCli('stack unselect')).calls).toEqual(['unselectStack']);
    expect((await runCli('stack init')).err).toContain('missing stack name');
  });

  it('changes what encrypts secrets; a new passphrase is the first line of standard input, unless somebody can be asked', async () => {
    const piped = await runCli('stack change-secrets-provider passphrase', { input: ' new one \nrest\n' });
    expect(piped.calls).toEqual(['changeSecretsProvider {"provider":"passphrase","passphrase":"new one"}']);
    expect(piped.out).toBe("The secrets of stack 'dev' are encrypted by passphrase now.\n");
    expect((await runCli('stack change-secrets-provider passphrase', { isTerminal: true })).calls).toEqual([
      'changeSecretsProvider {"provider":"passphrase"}',
    ]);
    expect((await runCli('stack change-secrets-provider awskms://alias/a?region=eu', { input: 'x' })).calls).toEqual([
      'changeSecretsProvider {"provider":"awskms://alias/a?region=eu"}',
    ]);
  });

  it('shows what a stack holds', async () => {
    const urn = 'urn:pulumi:dev::day::pulumi:pulumi:Stack::day-dev';
    const resources = [
      { urn, type: 'pulumi:pulumi:Stack' },
      {
        urn: 'urn:pulumi:dev::day::kubernetes:core/v1:Service::day',
        type: 'kubernetes:core/v1:Service',
        id: 'production/day',
        parent: urn,
      },
    ];
    const { out } = await runCli('stack --show-ids', { outputs, deployment: { deployment: { resources } } });
    expect(out).toMatchInlineSnapshot(`
      "Current stack is dev:
          Project: day
          Backend: file:///home/me/.radiant
      Current stack resources (2):
          TYPE                           NAME
          pulumi:pulumi:Stack            day-dev
          └─ kubernetes:core/v1:Service  day
                ID: production/day

      Current stack outputs (4):
          OUTPUT    VALUE
          nested    {"list":[1,"two",null]}
          replicas  3
          token     [secret]
          url       http://day
      "
    `);
    expect((await runCli('stack --show-name')).out).toBe('dev\n');
  });
});

describe('config', () => {
  it('is shown as a table, secrets masked, without the name of the project itself', async () => {
    expect((await runCli('config', { config })).out).toMatchInlineSnapshot(`
      "KEY                 VALUE
      nested              {"list":["one"]}
      token               [secret]
      kubernetes:context  embedded
      "
    `);
  });

  it('is shown as JSON in the fields that SDKs read', async () => {
    expect(JSON.parse((await runCli('config --json', { config })).out)).toEqual({
      'day:nested': { value: '{"list":["one"]}', objectValue: { list: ['one'] }, secret: false },
      'day:token': { secret: true },
      'kubernetes:context': { value: 'embedded', secret: false },
    });
    expect(JSON.parse((await runCli('config get kubernetes:context --json', { config })).out)).toEqual({
      value: 'embedded',
      secret: false,
    });
  });

  it('is set from an argument, from standard input, or by asking', async () => {
    expect((await runCli('config set key --secret --non-interactive -- value')).calls).toEqual([
      'config.set key=value {"secret":true,"path":false,"refusesLikelySecret":true}',
    ]);
    expect((await runCli('config set key --path', { input: 'two\nlines\n' })).calls).toEqual([
      'config.set key=two\nlines {"secret":false,"path":true,"refusesLikelySecret":true}',
    ]);
    expect((await runCli('config set key --secret', { isTerminal: true, answers: ['s3'] })).calls).toEqual([
      'config.set key=s3 {"secret":true,"path":false,"refusesLikelySecret":true}',
    ]);
    expect((await runCli('config set key v --secret --plaintext')).exitCode).toBe(1);
  });

  it('is set as a type, which a secret has none of', async () => {
    expect((await runCli('config set key 5 --type int --path')).calls).toEqual([
      'config.set key=5 {"secret":false,"path":true,"refusesLikelySecret":true,"type":"int"}',
    ]);
    expect((await runCli('config set key 5 --type int --secret')).err).toContain('a secret is text');
    expect((await runCli('config set key 5 --type whole')).exitCode).toBe(1);
  });

  it('is set from many flags in one go, without repeating a value that is not understood', async () => {
    const line = ['config', 'set-all', '--path', '--secret', 't=s=3', '--plaintext', 'a[0]=1', '--plaintext', 'b='];
    expect((await runCli(line)).calls).toEqual([
      'config.setAll [{"key":"a[0]","value":"1","path":true},{"key":"b","value":"","path":true},{"key":"t","value":"s=3","path":true,"secret":true}]',
    ]);
    const wrong = await runCli('config set-all --secret canary');
    expect(wrong.err).toBe('error: --secret takes key=value\n');
    expect(wrong.calls).toEqual([]);
  });

  it('is set from what config --json prints', async () => {
    const json = JSON.stringify({
      'day:list': { value: '["one"]', objectValue: ['one'], secret: false },
      'day:token': { value: 't', secret: true },
      'day:keys': { value: '{"a":"b"}', objectValue: { a: 'b' }, secret: true },
      'aws:region': { value: 'eu', secret: false },
    });
    expect((await runCli(['config', 'set-all', '--json', json])).calls).toEqual([
      `config.setAll ${JSON.stringify([
        { key: 'day:list', value: '["one"]', type: 'object' },
        { key: 'day:token', value: 't', secret: true },
        { key: 'day:keys', value: '{"a":"b"}', secret: true },
        { key: 'aws:region', value: 'eu' },
      ])}`,
    ]);
    const refusals = await Promise.all([
      runCli(['config', 'set-all', '--json', '[]']),
      runCli(['config', 'set-all', '--json', '{"a":{"secret":true}}']),
      runCli(['config', 'set-all', '--json', '{}', '--secret', 'a=b']),
    ]);
    expect(refusals.map(({ err }) => err)).toEqual([
      'error: --json takes an object as `radiant config --json` prints it\n',
      'error: --json: a has no "value" of text; print secrets too: radiant config --json --show-secrets\n',
      'error: --json cannot be used together with --plaintext, --secret or --path\n',
    ]);
  });

  it('is removed, copied and refreshed', async () => {
    expect((await runCli('config rm-all a b:c --path')).calls).toEqual(['config.removeAll a b:c {"path":true}']);
    expect((await runCli('config cp key --stack dev --dest qa --path')).calls).toEqual([
      'copyConfig {"from":"dev","to":"qa","path":true,"key":"key"}',
    ]);
    expect((await runCli('config copy')).err).toContain('config cp --dest <stack>');
    expect((await runCli('config refresh')).out).toBe(
      "backed up existing configuration file to Pulumi.dev.yaml.bak\nrefreshed configuration for stack 'dev'\n",
    );
    expect((await runCli('config refresh --force')).out).toBe("refreshed configuration for stack 'dev'\n");
  });

  it('has no environments, and says so whatever is asked of them', async () => {
    for (const line of ['config env ls --json', 'config env add prod --yes', 'config env'])
      expect(await runCli(line)).toMatchObject({
        err: expect.stringMatching(/^error: radiant config env: environments are .*config set/),
        exitCode: 1,
      });
  });

  it('says which key is missing of which stack', async () => {
    expect((await runCli('config get nope', { config })).err).toBe(
      "error: configuration key 'nope' not found for stack 'dev'\n",
    );
  });
});

describe('account', () => {
  it('answers whoami in the fields that SDKs read', async () => {
    expect((await runCli('whoami')).out).toBe('me\n');
    expect(JSON.parse((await runCli('whoami --json')).out)).toEqual({ user: 'me', url: 'file:///home/me/.radiant' });
    expect((await runCli('whoami -v')).out).toContain('Backend URL: file:///home/me/.radiant');
  });

  it('says where it logged in and as whom, in the words that scripts look for', async () => {
    expect((await runCli('login --local')).out).toBe(`Logged in to ${os.hostname()} as me (file://~)\n`);
  });

  it.each([
    ['login', 'login undefined'],
    ['login file:///srv', 'login file:///srv'],
    ['login -c file:///srv', 'login file:///srv'],
    ['login --local', 'login file://~'],
  ])('%s', async (line, call) => {
    expect((await runCli(line)).calls).toEqual([call]);
  });
});

describe('history', () => {
  it('is found at the top too, where scripts once called it', async () => {
    const atTop = await runCli('history --json --page-size 3');
    expect(atTop).toEqual(await runCli('stack history --json --page-size 3'));
    expect(atTop).toMatchObject({ out: '[]\n', exitCode: 0 });
  });
});

describe('cluster', () => {
  it('serves, reports and resets', async () => {
    const served = await runCli('cluster serve');
    expect(served.out).toContain('runs in the foreground at https://127.0.0.1:6443');
    expect((await runCli('cluster serve --background')).calls).toEqual(['cluster.serve background=true']);
    expect((await runCli('cluster status')).out).toBe('The embedded cluster does not run; what it holds is kept.\n');
    expect((await runCli('cluster kubeconfig')).out).toBe('apiVersion: v1\nkind: Config\n');
    expect((await runCli('cluster reset')).exitCode).toBe(2);
    expect((await runCli('cluster reset --yes')).calls).toEqual(['cluster.reset']);
  });
});

describe('install', () => {
  it('tells each command, what it says, and what needs none', async () => {
    const { out, calls } = await runCli('install --no-plugins --reinstall');
    expect(calls).toEqual(['install {"dependencies":true,"plugins":false,"usesVersionTools":false}']);
    expect(out).toBe(
      'For the program, installing the packages of Python:\n    pip\nCollecting pulumi\n' +
        'The plugin in box lists nothing to install.\nFinished installing dependencies\n',
    );
  });
});

describe('about', () => {
  it('reports, in the fields that scripts know, what a bug report needs', async () => {
    const thing = { type: 'test:index:Thing', urn: 'urn:pulumi:dev::day::test:index:Thing::a' };
    const deployment = {
      deployment: {
        resources: [{ ...thing, inputs: {} }],
        pending_operations: [{ resource: thing, type: 'creating' }],
      },
    };
    const report = JSON.parse((await runCli('about --json', { deployment })).out);
    expect(Object.keys(report)).toEqual([
      ...['plugins', 'host', 'backend', 'currentStack', 'cliAbout', 'runtime', 'errors'],
    ]);
    expect(report).toMatchObject({
      currentStack: { name: 'dev', resources: [thing], pendingOps: [thing] },
      cliAbout: { version: '3.270.0+radiant.0.1.0', nodeVersion: process.version },
      runtime: { project: 'day', language: 'nodejs' },
      errors: [],
    });
    expect((await runCli('about', { deployment })).out).toMatch(/^project +day$[\s\S]*^resources +1$/m);
  });

  it('reports what is broken, once, beside what is not', async () => {
    const { out, exitCode } = await runCli('about', { failure: new Error('Pulumi.yaml: \u001b[2Jnot YAML') });
    expect(exitCode).toBe(0);
    expect(out).toContain(process.version);
    expect(out.match(/error: Pulumi\.yaml: .*not YAML/g)).toHaveLength(1);
    expect(out).not.toContain('\u001b');
  });
});

describe('plugin and cancel', () => {
  it('say what there is', async () => {
    expect((await runCli('plugin ls --json')).out).toBe('[]\n');
    expect((await runCli('plugin install resource kubernetes v4.34.2')).out).toContain('nothing to install');
    const missing = await runCli('plugin install resource aws 6.0.0');
    expect(missing.exitCode).toBe(1);
    expect(missing.err).toContain('radiant plugin install resource aws 6.0.0 --file pulumi-resource-aws.tar.gz');
    expect((await runCli('plugin install resource aws 6.0.0 --file aws.tar.gz')).out).toContain(
      'Installed resource aws',
    );
    expect((await runCli('cancel --yes')).calls).toEqual(['cancel']);
    expect((await runCli('cancel')).exitCode).toBe(2);
  });
});

describe('plugin rm', () => {
  const plugins = ['1.0.0', '2.0.0'].map((version) => ({ kind: 'resource', name: 'shelf', version }));

  it('removes what is named, and everything only when that is said', async () => {
    const removed = await runCli('plugin rm --all --yes', { plugins });
    expect(removed.calls).toEqual(['removable {}', 'remove resource shelf 1.0.0', 'remove resource shelf 2.0.0']);
    expect(removed.out).toBe('removed: resource shelf-1.0.0\nremoved: resource shelf-2.0.0\n');
    const named = await runCli(['plugin', 'rm', 'resource', 'shelf', '>1.0.0', '--yes'], { plugins });
    expect(named.calls[0]).toBe('removable {"kind":"resource","name":"shelf","versions":">1.0.0"}');
    expect(await runCli('plugin rm --yes', { plugins })).toMatchObject({
      err: "error: please pass --all if you'd like to remove all plugins\n",
      exitCode: 1,
      calls: [],
    });
    expect(await runCli('plugin rm --all --yes')).toMatchObject({
      err: 'no plugins found to uninstall\n',
      exitCode: 0,
    });
  });

  it('asks on a terminal, and elsewhere wants --yes', async () => {
    const declined = await runCli('plugin rm resource', { plugins, isTerminal: true, answers: ['no'] });
    expect(declined.out).toBe('This will remove 2 plugins:\n    resource shelf-1.0.0\n    resource shelf-2.0.0\n');
    expect(declined.calls).toEqual(['removable {"kind":"resource"}']);
    expect((await runCli('plugin rm resource', { plugins, isTerminal: true, answers: ['yes'] })).calls).toHaveLength(3);
    expect((await runCli('plugin rm resource', { plugins })).exitCode).toBe(2);
  });
});

describe('plugin run', () => {
  it('ends with the code of the plugin', async () => {
    const line = ['plugin', 'run', 'saw@1.2.3', '--', '-e', 'process.exit(7)'];
    expect((await runCli(line, { cwd: process.cwd() })).exitCode).toBe(7);
  });
});

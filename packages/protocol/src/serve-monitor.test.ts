import { createHash } from 'node:crypto';
import {
  Archive,
  Asset,
  MonitorClosedError,
  type MonitorInvokeResult,
  OperationError,
  OutputValue,
  ResourceReference,
  Secret,
  Unknown,
  type Urn,
} from '@radiant/model';
import { describe, expect, it } from 'vitest';
import { RecordingMonitor } from '../test/recording-monitor.ts';
import { runProgram } from '../test/run-program.ts';

const stack = 'urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev' as Urn;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A custom resource whose outputs `computed` and those named in its inputs can be read. */
const resourceClass = `
class Thing extends pulumi.CustomResource {
  constructor(name, props = {}, opts) { super("test:index:Thing", name, { computed: undefined, ...props }, opts); }
}
`;

describe('a program of the stock SDK', () => {
  it('registers its stack, components and resources with their options', async () => {
    const monitor = new RecordingMonitor();
    const run = await runProgram(
      monitor,
      `${resourceClass}
      class Group extends pulumi.ComponentResource {
        constructor(name, opts) {
          super("test:index:Group", name, { size: 2 }, opts);
          this.first = new Thing(name + "-first", { label: "a" }, { parent: this });
          this.registerOutputs({ label: this.first.label });
        }
      }
      const group = new Group("group");
      const base = new Thing("base", { list: [1, null, { deep: true }] });
      new Thing("full", { of: base.computed }, {
        dependsOn: [group], protect: true, retainOnDelete: false, deleteBeforeReplace: true, deletedWith: base,
        replaceWith: [base], replacementTrigger: 7, ignoreChanges: ["a.b", "c[0]"], replaceOnChanges: ["of"], hideDiffs: ["d"],
        additionalSecretOutputs: ["computed"], customTimeouts: { create: "5m", delete: "90s" }, import: "id-7",
        aliases: [{ name: "old" }, "urn:pulumi:dev::shop::test:index:Thing::older", { parent: undefined, type: "test:index:Was" }],
        version: "1.2.3", pluginDownloadURL: "https://example.com",
      });
      exports.label = group.first.label;
      exports.value = base.computed;
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    expect(monitor.goals.map(({ kind, name, type }) => [kind, name, type])).toEqual([
      ['component', 'shop-dev', 'pulumi:pulumi:Stack'],
      ['component', 'group', 'test:index:Group'],
      ['custom', 'base', 'test:index:Thing'],
      ['custom', 'group-first', 'test:index:Thing'],
      ['custom', 'full', 'test:index:Thing'],
    ]);
    const group = 'urn:pulumi:dev::shop::test:index:Group::group';
    const first = 'urn:pulumi:dev::shop::test:index:Group$test:index:Thing::group-first';
    const base = 'urn:pulumi:dev::shop::test:index:Thing::base' as Urn;
    expect(monitor.goal('group-first').parent).toBe(group);
    expect(monitor.goal('base')).toMatchObject({
      parent: stack,
      inputs: { list: [1, null, { deep: true }] },
      dependencies: [],
      protect: undefined,
      deleteBeforeReplace: undefined,
      sourcePosition: 'project:///index.js#15,20',
    });
    const full = monitor.goal('full');
    expect(full).toMatchObject({
      inputs: { of: 'of base' },
      protect: true,
      retainOnDelete: false,
      deleteBeforeReplace: true,
      deletedWith: base,
      replaceWith: [base],
      replacementTrigger: 7,
      ignoreChanges: ['a.b', 'c[0]'],
      replaceOnChanges: ['of'],
      hideDiffs: ['d'],
      additionalSecretOutputs: ['computed'],
      customTimeouts: { create: 300, delete: 90 },
      importId: 'id-7',
      propertyDependencies: { of: [base] },
      plugin: { version: '1.2.3', downloadUrl: 'https://example.com' },
      aliases: [
        { kind: 'spec', name: 'old', parent: { kind: 'urn', urn: stack } },
        { kind: 'urn', urn: 'urn:pulumi:dev::shop::test:index:Thing::older' },
        { kind: 'spec', type: 'test:index:Was', parent: { kind: 'none' } },
      ],
    });
    expect([...full.dependencies].sort()).toEqual([first, base]);
    expect(monitor.outputs.get(group as Urn)).toEqual({ label: 'a' });
    expect(monitor.stackOutputs).toEqual({ label: 'a', value: 'of base' });
    expect(monitor.shutdownSignals).toBe(1);
  });

  it('keeps secrets secret in both directions', async () => {
    const monitor = new RecordingMonitor({
      register: ({ name, inputs }) =>
        name === 'vault' ? { outputs: { ...inputs, key: new Secret({ deep: ['k3y'] }) } } : {},
    });
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const vault = new Thing("vault", { token: pulumi.secret("t0ken"), nested: { list: [pulumi.secret(1), 2] }, key: undefined });
      exports.token = vault.token;
      exports.key = vault.key;
      exports.plain = vault.nested.apply(n => n.list[1]);
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    expect(monitor.goal('vault').inputs).toEqual({
      token: new Secret('t0ken'),
      nested: { list: [new Secret(1), 2] },
    });
    expect(monitor.stackOutputs).toEqual({
      token: new Secret('t0ken'),
      key: new Secret({ deep: ['k3y'] }),
      plain: new Secret(2),
    });
  });

  it('sees unknown ids and outputs in a preview, and says which inputs are unknown', async () => {
    const monitor = new RecordingMonitor({ info: { isDryRun: true } });
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const base = new Thing("base", { label: "known" });
      base.id.apply(() => { throw new Error("an unknown id was applied"); });
      new Thing("next", { of: base.computed, id2: base.id, label: base.label, secret: pulumi.secret(base.computed) });
      exports.of = base.computed;
      exports.dry = pulumi.runtime.isDryRun();
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    expect(monitor.goal('next').inputs).toEqual({
      of: new Unknown(),
      id2: new Unknown(),
      label: 'known',
      secret: new Secret(new Unknown()),
    });
    expect(monitor.stackOutputs).toEqual({ of: new Unknown(), dry: true });
  });

  it('sends assets and archives, which arrive hashed', async () => {
    const monitor = new RecordingMonitor();
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const thing = new Thing("thing", {
        text: new pulumi.asset.StringAsset("hello"),
        file: new pulumi.asset.FileAsset("data/one.txt"),
        folder: new pulumi.asset.FileArchive("data"),
        made: new pulumi.asset.AssetArchive({ "a.txt": new pulumi.asset.StringAsset("a") }),
      });
      thing.made.apply(async archive => console.log("back:", await (await archive.assets)["a.txt"].text));
      `,
      { 'data/one.txt': 'one' },
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [], printed: expect.stringContaining('back: a') });
    const { inputs } = monitor.goal('thing');
    expect(inputs).toMatchObject({
      text: new Asset({ kind: 'text', text: 'hello' }, sha256('hello')),
      file: new Asset({ kind: 'path', path: 'data/one.txt' }, sha256('one')),
      made: new Archive(
        { kind: 'assets', assets: { 'a.txt': new Asset({ kind: 'text', text: 'a' }, sha256('a')) } },
        '5dcbdfec513ed190d59612ca5fd56e853f1d6a1dc267134d45d61c5c830786d1',
      ),
    });
    expect((inputs.folder as Archive).hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is told which property names a file that is not there', async () => {
    const monitor = new RecordingMonitor();
    const run = await runProgram(
      monitor,
      `${resourceClass} new Thing("thing", { code: { zip: new pulumi.asset.FileArchive("dist.zip") } });`,
    );
    expect(run.exitCode).not.toBe(0);
    expect(monitor.messages.join('\n')).toContain(
      `property "code.zip": cannot read the file "${run.directory}/dist.zip"`,
    );
    expect(run.bugs).toEqual([]);
  });

  it('passes resources by reference', async () => {
    const monitor = new RecordingMonitor();
    const run = await runProgram(
      monitor,
      `${resourceClass}
      class Group extends pulumi.ComponentResource { constructor(name) { super("test:index:Group", name); } }
      const base = new Thing("base");
      const user = new Thing("user", { uses: base, within: new Group("group") });
      exports.uses = user.uses;
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    const base = 'urn:pulumi:dev::shop::test:index:Thing::base' as Urn;
    expect(monitor.goal('user').inputs).toEqual({
      uses: new ResourceReference(base, 'base-id'),
      within: new ResourceReference('urn:pulumi:dev::shop::test:index:Group::group' as Urn, undefined),
    });
    expect(monitor.goal('user').propertyDependencies.uses).toEqual([base]);
    expect(monitor.stackOutputs).toEqual({ uses: 'base-id' });
  });

  it('sends output values to remote components', async () => {
    const monitor = new RecordingMonitor({
      register: ({ kind }, urn) =>
        kind === 'remote' ? { outputs: { url: 'https://x' }, propertyDependencies: { url: [urn] } } : {},
    });
    const run = await runProgram(
      monitor,
      `${resourceClass}
      class Remote extends pulumi.ComponentResource {
        constructor(name, props) { super("test:index:Remote", name, { url: undefined, ...props }, {}, true); }
      }
      const base = new Thing("base");
      const remote = new Remote("remote", { of: base.computed, token: pulumi.secret("t"), plain: "p" });
      new Thing("after", { url: remote.url });
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    const base = 'urn:pulumi:dev::shop::test:index:Thing::base' as Urn;
    expect(monitor.goal('remote')).toMatchObject({
      kind: 'remote',
      inputs: {
        of: new OutputValue('of base', false, [base]),
        token: new OutputValue('t', true, []),
        plain: 'p',
      },
    });
    expect(monitor.goal('after').inputs).toEqual({ url: 'https://x' });
    expect(monitor.goal('after').dependencies).toContain('urn:pulumi:dev::shop::test:index:Remote::remote');
  });

  it('reads a stack reference, its secret outputs staying secret', async () => {
    const monitor = new RecordingMonitor({
      read: ({ inputs }) => ({
        ...inputs,
        outputs: new Secret({ cluster: 'trantor', token: 't0ken' }),
        secretOutputNames: ['token'],
      }),
    });
    const run = await runProgram(
      monitor,
      `
      const infrastructure = new pulumi.StackReference("organization/infrastructure/production");
      exports.cluster = infrastructure.getOutput("cluster");
      exports.token = infrastructure.requireOutput("token");
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    expect(monitor.reads).toMatchObject([
      {
        type: 'pulumi:pulumi:StackReference',
        name: 'organization/infrastructure/production',
        id: 'organization/infrastructure/production',
        inputs: { name: 'organization/infrastructure/production' },
      },
    ]);
    expect(monitor.stackOutputs).toEqual({ cluster: 'trantor', token: new Secret('t0ken') });
  });

  it('invokes functions: results, failures, unknown ones and errors', async () => {
    const monitor = new RecordingMonitor({
      invoke: ({ token, args }): MonitorInvokeResult => {
        if (token === 'test:index:unknown') return { kind: 'unknown' };
        if (token === 'test:index:fails')
          return { kind: 'known', result: {}, failures: [{ property: 'size', reason: 'too big' }] };
        if (token === 'test:index:breaks') throw new OperationError({ code: 'X', summary: 'the disk is full' });
        return { kind: 'known', result: { echo: args.value!, secret: new Secret('s') }, failures: [] };
      },
    });
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const told = (promise) => promise.then(v => "value " + JSON.stringify(v), e => e.message);
      const base = new Thing("base");
      exports.known = told(pulumi.runtime.invoke("test:index:echo", { value: 5 }));
      exports.fails = told(pulumi.runtime.invoke("test:index:fails", {}));
      exports.breaks = told(pulumi.runtime.invoke("test:index:breaks", {}));
      exports.output = pulumi.runtime.invokeOutput("test:index:echo", { value: base.computed }, { dependsOn: [base] }).apply(r => r.echo);
      exports.secret = pulumi.runtime.invokeOutput("test:index:echo", { value: 1 }).apply(r => r.secret);
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    expect(monitor.stackOutputs).toMatchObject({
      known: 'value {"echo":5,"secret":"s"}',
      fails: expect.stringContaining('too big (size)'),
      breaks: expect.stringContaining('invocation of test:index:breaks returned an error: the disk is full'),
      output: new Secret('of base'),
      secret: new Secret('s'),
    });
  });

  it('sees an unknown invoke as an unknown value in a preview', async () => {
    const monitor = new RecordingMonitor({ info: { isDryRun: true }, invoke: () => ({ kind: 'unknown' }) });
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const base = new Thing("base");
      exports.later = pulumi.runtime.invokeOutput("test:index:echo", {}, { dependsOn: [base] }).apply(r => r.x);
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    expect(monitor.stackOutputs).toEqual({ later: new Unknown() });
    expect(monitor.invokes[0]?.dependsOn).toEqual(['urn:pulumi:dev::shop::test:index:Thing::base']);
  });

  it('logs with severity, resource and stream', async () => {
    const monitor = new RecordingMonitor();
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const base = new Thing("base");
      pulumi.log.warn("careful", base, 4, true);
      pulumi.log.info("fine");
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    const said = monitor.diagnostics.filter(({ severity }) => severity !== 'debug');
    expect(said).toContainEqual({
      severity: 'warning',
      message: 'careful',
      urn: 'urn:pulumi:dev::shop::test:index:Thing::base',
      streamId: 4,
      isEphemeral: true,
    });
    expect(said).toContainEqual({ severity: 'info', message: 'fine' });
  });

  it('requires a version of the engine', async () => {
    const monitor = new RecordingMonitor();
    const run = await runProgram(
      monitor,
      `
      const told = (range) => pulumi.requirePulumiVersion(range).then(() => "fine", e => e.message);
      exports.fine = told(">=3.200.0 <4.0.0");
      exports.tooNew = told(">=4.0.0");
      exports.nonsense = told("latest");
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    expect(monitor.stackOutputs).toEqual({
      fine: 'fine',
      tooNew: expect.stringContaining(
        'Pulumi CLI version 3.270.0+radiant.0.1.0 does not satisfy the version range ">=4.0.0"',
      ),
      nonsense: expect.stringContaining('invalid Pulumi CLI version range "latest"'),
    });
  });

  it('has 1,000 registrations open at once, all of which answer', async () => {
    let open = 0;
    let mostOpen = 0;
    let release = () => {};
    const allOpen = new Promise<void>((resolve) => {
      release = resolve;
    });
    const monitor = new RecordingMonitor({
      register: async ({ kind }) => {
        if (kind === 'component') return {};
        open += 1;
        mostOpen = Math.max(mostOpen, open);
        if (open === 1000) release();
        await allOpen;
        return {};
      },
    });
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const all = Array.from({ length: 1000 }, (_, i) => new Thing("thing-" + i, { i }));
      exports.ids = pulumi.all(all.map(t => t.id)).apply(ids => new Set(ids).size);
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    expect(mostOpen).toBe(1000);
    expect(monitor.stackOutputs).toEqual({ ids: 1000 });
  });

  it('sends and receives values of many megabytes', async () => {
    const monitor = new RecordingMonitor();
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const big = new Thing("big", { text: "añ日x".repeat(1024 * 1024) });
      exports.length = big.text.apply(t => t.length);
      `,
    );
    expect(run).toMatchObject({ exitCode: 0, bugs: [] });
    expect(monitor.goal('big').inputs.text).toHaveLength(4 * 1024 * 1024);
    expect(monitor.stackOutputs).toEqual({ length: 4 * 1024 * 1024 });
  });

  it('fails with the words of an error of the operation', async () => {
    const monitor = new RecordingMonitor({
      register: ({ kind }) => {
        if (kind === 'component') return {};
        throw new OperationError({ code: 'X', summary: 'no such namespace: "day"', remedy: 'Create it first.' });
      },
    });
    const run = await runProgram(monitor, `${resourceClass} new Thing("thing");`);
    expect(run.exitCode).not.toBe(0);
    expect(run.bugs).toEqual([]);
    expect(monitor.messages.join('\n')).toContain('no such namespace: "day"');
  });

  it('fails with the message of an unexpected error, which is reported as a bug', async () => {
    const bug = new TypeError(`cannot read it ${'é'.repeat(20_000)}`);
    const monitor = new RecordingMonitor({
      register: ({ kind }) => {
        if (kind === 'component') return {};
        throw bug;
      },
    });
    const run = await runProgram(monitor, `${resourceClass} new Thing("thing");`);
    expect(run.exitCode).not.toBe(0);
    expect(run.bugs).toEqual([bug]);
    expect(monitor.messages.join('\n')).toContain('13 INTERNAL: cannot read it');
  });

  it('ends quietly when the operation is cancelled', async () => {
    const monitor = new RecordingMonitor({
      register: ({ kind }) => {
        if (kind === 'component') return {};
        throw new MonitorClosedError('cancelled');
      },
    });
    const run = await runProgram(monitor, `${resourceClass} new Thing("a"); new Thing("b");`);
    expect(run.bugs).toEqual([]);
    expect(monitor.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('ends quietly when the server closes under it', async () => {
    let close = async () => {};
    const monitor = new RecordingMonitor({
      register: ({ kind }) => {
        if (kind === 'component') return {};
        void close();
        return new Promise(() => {});
      },
    });
    const run = await runProgram(
      monitor,
      `${resourceClass} new Thing("a");`,
      {},
      {
        onServed: (end) => {
          close = end;
        },
      },
    );
    expect(run.bugs).toEqual([]);
    expect(run.printed).not.toContain('INTERNAL');
  });

  it('can go on when a resource failed and it recovers', async () => {
    const monitor = new RecordingMonitor({
      register: ({ name }) => (name === 'bad' ? { outcome: 'failed', id: '', outputs: {} } : {}),
    });
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const bad = new Thing("bad");
      exports.state = pulumi.output(bad.computed.promise().then(() => "fine", e => e.message));
      `,
    );
    expect(run.bugs).toEqual([]);
    expect(`${run.printed} ${monitor.messages.join(' ')} ${JSON.stringify(monitor.stackOutputs)}`).toContain(
      'failed to register',
    );
  });

  it('is told by the SDK itself what is not supported', async () => {
    const monitor = new RecordingMonitor();
    const run = await runProgram(
      monitor,
      `${resourceClass} new Thing("thing", {}, { stateMigrations: [() => undefined] });`,
    );
    expect(run.exitCode).not.toBe(0);
    expect(run.printed + monitor.messages.join('\n')).toContain('does not support state migrations');
  });

  it('calls methods with the dependencies of their arguments, and gets the answer', async () => {
    const monitor = new RecordingMonitor();
    const run = await runProgram(
      monitor,
      `${resourceClass}
      const thing = new Thing("thing");
      exports.answer = pulumi.runtime.call("test:index:Thing/method", { of: thing.computed }, thing);
      `,
    );
    expect(run.exitCode).toBe(0);
    expect(monitor.calls).toHaveLength(1);
    expect(monitor.calls[0]).toMatchObject({ token: 'test:index:Thing/method' });
    expect(monitor.calls[0]!.argDependencies.of).toEqual([expect.stringContaining('::thing')]);
    expect(monitor.stackOutputs.answer).toMatchObject({ of: 'of thing' });
  });
});

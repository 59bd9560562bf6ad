import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationError, type OperationSummary } from '@radiant/model';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../test/fake-context.ts';
import {
  planned,
  resource,
  stackState,
  started,
  step,
  succeeded,
  summaryOf,
  summed,
} from '../../test/operation-events.ts';

const createStack = step('create', { new: stackState });
const createMap = step('create', { new: resource({ name: 'settings', inputs: { data: { a: '1' } } }) });
const preview = {
  events: [...planned(createStack), ...planned(createMap), summed(summaryOf('preview', { create: 2 }))],
};
const up = {
  events: [
    started(createStack, 0),
    started(createMap, 1),
    succeeded(createMap, 2),
    succeeded(createStack, 3),
    summed(summaryOf('up', { create: 2 })),
  ],
};
const destroy = { events: [summed(summaryOf('destroy', { delete: 2 }))] };
const operations = { preview, up, destroy };

describe('--urns', () => {
  it('calls resources by their URNs, in lines and in the tree', async () => {
    const { urn } = createMap;
    const lines = (await runCli('up --skip-preview --urns', { operations })).out;
    expect(lines).toContain(`kubernetes:core/v1:ConfigMap ${urn} created`);
    const tree = await runCli('up --skip-preview --urns', { operations, isTerminal: true, columns: 200 });
    expect(tree.out).toContain(`kubernetes:core/v1:ConfigMap  ${urn}  `);
  });
});

describe('--show-config', () => {
  it('shows the configuration below the heading', async () => {
    const prelude = { kind: 'prelude' as const, timeMs: 0, config: { 'day:token': '[secret]', 'day:size': '3' } };
    const configured = { up: { events: [prelude, ...up.events] } };
    const { out } = await runCli('up --skip-preview --show-config', { operations: configured });
    expect(out).toContain('Updating (dev):\nConfiguration:\n    day:size: 3\n    day:token: [secret]\n');
    expect((await runCli('up --skip-preview', { operations: configured })).out).not.toContain('Configuration:');
  });
});

describe('--attach-debugger', () => {
  const config = { type: 'node', port: 9229 };
  const waiting = { kind: 'debugging-started' as const, timeMs: 0, config, message: 'at 127.0.0.1:9229' };
  const debugged = { up: { events: [waiting, ...up.events] } };

  it.each(['--attach-debugger', '--attach-debugger=program', '--attach-debugger=true'])(
    '%s: says where',
    async (flag) => {
      const { out, calls } = await runCli(`up --skip-preview ${flag}`, { operations: debugged });
      expect(out).toContain('Waiting for a debugger to attach at 127.0.0.1:9229\n');
      expect(calls).toEqual([expect.stringContaining('"attachesDebugger":true')]);
    },
  );

  it('is an event for machines, and a line on stderr where there are none', async () => {
    const { out } = await runCli('up --yes --attach-debugger --json', { operations: debugged });
    expect(out).toContain('"startDebuggingEvent":{"config":{"port":9229,"type":"node"}}');
    const line = await runCli('up --yes --attach-debugger --output=json', { operations: debugged });
    expect(line.err).toBe('Waiting for a debugger to attach at 127.0.0.1:9229\n');
  });

  it('is for the program alone', async () => {
    expect((await runCli('up --yes --attach-debugger=plugins', { operations })).err).toContain(
      'PULUMI_DEBUG_PROVIDERS',
    );
    expect((await runCli('up --yes --attach-debugger=false', { operations })).calls.join()).not.toContain('attaches');
  });
});

describe('--output=json', () => {
  it('prints one line about the result, and asks as a machine is asked', async () => {
    const { out, calls } = await runCli('up --yes --output=json', { operations });
    expect(out.split('\n')).toHaveLength(2);
    const { urn, type } = createMap;
    expect(JSON.parse(out)).toEqual({
      result: 'succeeded',
      duration: expect.any(Number),
      summary: { create: 2 },
      resources: [
        { urn, type, name: 'settings', op: 'create', parent: stackState.urn },
        { urn: stackState.urn, type: stackState.type, name: 'day-dev', op: 'create' },
      ],
    });
    expect(calls.filter((call) => call.startsWith('preview'))).toEqual([]);
    expect((await runCli('up --output=json', { operations, isTerminal: true })).exitCode).toBe(2);
    expect((await runCli('up --yes --output=json --json', { operations })).err).toContain('cannot be used together');
  });

  it('says on stderr what went wrong', async () => {
    const diagnostic = { severity: 'error' as const, message: 'the shelf is full' };
    const failing = { events: [{ kind: 'diagnostic' as const, timeMs: 0, diagnostic }, ...up.events] };
    const { out, err } = await runCli('up --yes --output=json', { operations: { up: failing } });
    expect(err).toBe('error: the shelf is full\n');
    expect(JSON.parse(out)).toMatchObject({ result: 'succeeded' });
  });
});

describe('consent', () => {
  it.each([
    ['up', 'error: --yes or --skip-preview must be passed in to proceed when running in non-interactive mode\n'],
    [
      'destroy',
      'error: --yes or --skip-preview or --preview-only must be passed in to proceed when running in non-interactive mode\n',
    ],
    [
      'refresh',
      'error: --yes or --skip-preview or --preview-only must be passed in to proceed when running in non-interactive mode\n',
    ],
  ])('%s refuses to guess where nobody can be asked', async (command, message) => {
    expect(await runCli(command, { operations })).toMatchObject({ err: message, exitCode: 2, calls: [] });
    const onTerminal = await runCli(`${command} --non-interactive`, { operations, isTerminal: true });
    expect(onTerminal).toMatchObject({ err: message, exitCode: 2 });
    const inCi = await runCli(command, { operations, isTerminal: true, env: { CI: 'true' } });
    expect(inCi).toMatchObject({ err: message, exitCode: 2 });
  });

  it.each([
    ['--yes --preview-only', 'error: --yes and --preview-only cannot be used together\n'],
    ['--skip-preview --preview-only', 'error: --skip-preview and --preview-only cannot be used together\n'],
  ])('destroy refuses %s', async (flags, message) => {
    expect(await runCli(`destroy ${flags}`)).toMatchObject({ err: message, exitCode: 1 });
  });

  it('previews and goes on with --yes', async () => {
    const { calls, out, exitCode } = await runCli('up --yes', { operations });
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['preview', 'preview', 'up']);
    expect(out.indexOf('Previewing update (dev):')).toBeLessThan(out.indexOf('Updating (dev):'));
    expect(exitCode).toBe(0);
  });

  it('does so too where PULUMI_SKIP_CONFIRMATIONS says it', async () => {
    const { calls } = await runCli('up', { operations, env: { PULUMI_SKIP_CONFIRMATIONS: 'true' } });
    expect(calls.at(-1)).toMatch(/^up /);
  });

  it('goes on at once with --skip-preview', async () => {
    const { calls } = await runCli('up --skip-preview', { operations });
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['up']);
  });

  it('asks on a terminal, shows details, and does what is answered', async () => {
    const yes = await runCli('up', { operations, isTerminal: true, answers: ['details', 'yes'] });
    expect(yes.out).toContain('+ kubernetes:core/v1:ConfigMap: (create)');
    expect(yes.calls.at(-1)).toMatch(/^up /);
    const no = await runCli('up', { operations, isTerminal: true, answers: ['no'] });
    expect(no.calls.at(-1)).toMatch(/^preview /);
    expect(no.out).toContain('confirmation declined, not proceeding with the update');
    expect(no.exitCode).toBe(1);
  });

  it.each(['up', 'refresh', 'destroy'])('takes Enter alone for no: %s', async (command) => {
    const { out, exitCode } = await runCli(command, { operations, isTerminal: true, answers: [''] });
    expect(out).toContain('confirmation declined');
    expect(exitCode).toBe(1);
  });

  it('stops after the preview with --preview-only', async () => {
    const { calls } = await runCli('destroy --preview-only', { operations });
    expect(calls).toEqual(['preview of destroy', expect.stringMatching(/^preview /)]);
  });

  it('does not go on when the preview failed', async () => {
    const failing = { events: [summed(summaryOf('preview', {}, { result: 'failed' }))] };
    const { calls, exitCode, out } = await runCli('up --yes', { operations: { ...operations, preview: failing } });
    expect(calls.at(-1)).toMatch(/^preview /);
    expect(out).toContain('error: preview failed');
    expect(exitCode).toBe(1);
  });
});

describe('interrupted creations', () => {
  const [one, two, three] = ['one', 'two', 'three'].map((name) => `urn:pulumi:dev::day::random:index/id:Id::${name}`);
  const creationsInDoubt = [one!, two!, three!];

  it.each(['up', 'refresh', 'destroy'])(
    'are asked about at a terminal before %s, in the known words',
    async (command) => {
      const answers = [
        'import (the CREATE succeeded; provide a resource ID and complete the CREATE operation)',
        'its-id',
        'clear (the CREATE failed; remove the pending CREATE)',
        'skip (do nothing)',
        'yes',
      ];
      const { calls, questions } = await runCli(command, { operations, isTerminal: true, answers, creationsInDoubt });
      expect(questions.slice(0, 3)).toEqual([
        `Options for pending CREATE of ${one}`,
        'ID:',
        `Options for pending CREATE of ${two}`,
      ]);
      expect(calls.at(-1)).toContain(
        JSON.stringify({ pendingCreates: { imports: { [one!]: 'its-id' }, clears: [two], clearsOthers: false } }).slice(
          1,
          -1,
        ),
      );
    },
  );

  it.each([['--skip-pending-creates'], ['--clear-pending-creates'], ['--yes']])(
    'are not asked about with %s',
    async (flag) => {
      const { questions } = await runCli(`refresh ${flag}`, {
        operations,
        isTerminal: true,
        answers: ['yes'],
        creationsInDoubt,
      });
      expect(questions.join()).not.toContain('pending CREATE');
    },
  );
});

describe('a failure', () => {
  it.each(['up', 'refresh', 'destroy'] as const)(
    'of %s is told once, in the words that the engine uses',
    async (kind) => {
      const said = {
        kind: 'diagnostic',
        timeMs: 0,
        diagnostic: { severity: 'error', message: 'update failed' },
      } as const;
      const failed = summed(summaryOf(kind, {}, { result: 'failed', isPreview: false }));
      for (const events of [[failed], [said, failed]]) {
        const { out } = await runCli(`${kind} --yes --skip-preview`, {
          operations: { ...operations, [kind]: { events } },
        });
        expect(out.match(/error: \w+ failed/g)).toEqual(['error: update failed']);
      }
    },
  );
});

describe('exit codes', () => {
  it('are 7 when changes were not expected', async () => {
    const { exitCode, err } = await runCli('preview --expect-no-changes', { operations });
    expect(exitCode).toBe(7);
    expect(err).toBe('error: no changes were expected but changes were proposed\n');
    expect(await runCli('up -f --expect-no-changes', { operations })).toMatchObject({
      exitCode: 7,
      err: 'error: no changes were expected but changes occurred\n',
    });
    const calm = { preview: { events: [summed(summaryOf('preview', { same: 2 }))] } };
    expect((await runCli('preview --expect-no-changes', { operations: calm })).exitCode).toBe(0);
  });

  it('are 6 when there is no such stack', async () => {
    const { exitCode, err } = await runCli('up --yes -s nope', { operations });
    expect(exitCode).toBe(6);
    expect(err).toBe("error: no stack named 'nope' found\n");
  });

  it('say why, and what mends it', async () => {
    const failure = new OperationError({
      code: 'STATE_LOCK_HELD',
      summary: 'the stack is currently locked by 1 lock(s)',
      detail: 'radiant up, process 42 on this machine, since 10:00',
      remedy: 'radiant cancel',
    });
    const { exitCode, err } = await runCli('up --yes', { operations, failure });
    expect(exitCode).toBe(1);
    expect(err).toBe(
      'error: the stack is currently locked by 1 lock(s)\n  radiant up, process 42 on this machine, since 10:00\n  radiant cancel\n',
    );
  });

  it('are 1 for what the system refuses, which is no bug', async () => {
    const failure = Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), {
      code: 'EACCES',
      syscall: 'mkdir',
    });
    const { exitCode, err } = await runCli('up --yes', { operations, failure });
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: "error: EACCES: permission denied, mkdir '/x'\n" });
  });

  it('are 255 for a bug, which is reported as one', async () => {
    const { exitCode, err } = await runCli('up --yes', { operations, failure: new TypeError('x is not a function') });
    expect(exitCode).toBe(255);
    expect(err).toContain('bug in Radiant');
    expect(err).toContain('TypeError: x is not a function');
  });
});

describe('Ctrl-C', () => {
  const endless = { up: { events: [started(createStack, 0)], isEndless: true } };

  it('drains first, and says so', async () => {
    const signals = new EventEmitter();
    const running = runCli('up -f', { operations: endless }, signals);
    await untilListening(signals);
    signals.emit('SIGINT', 'SIGINT');
    const { exitCode, out } = await running;
    expect(out).toContain('Press Ctrl-C again to stop at once.');
    expect(exitCode).toBe(8);
  });
});

describe('a signal at the question', () => {
  it('leaves everything as it is', async () => {
    const signals = new EventEmitter();
    const running = runCli('up', { operations, isTerminal: true, answers: ['<never>'] }, signals);
    await untilListening(signals);
    signals.emit('SIGTERM', 'SIGTERM');
    const { exitCode, calls, err } = await running;
    expect({ exitCode, err }).toEqual({ exitCode: 8, err: 'error: cancelled\n' });
    expect(calls.at(-1)).toMatch(/^preview /);
  });
});

async function untilListening(signals: EventEmitter): Promise<void> {
  while (signals.listenerCount('SIGINT') === 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a missing stack on a terminal', () => {
  it('can be made by the way', async () => {
    const { calls } = await runCli('up -s new', { operations, isTerminal: true, answers: ['yes', 'yes'] });
    expect(calls.slice(0, 2)).toEqual(['openOrCreateStack new {}', 'selectStack new']);
    const sealed = await runCli('up -s new --secrets-provider awskms://alias/a', {
      operations,
      isTerminal: true,
      answers: ['yes', 'yes'],
    });
    expect(sealed.calls[0]).toBe('openOrCreateStack new {"secretsProvider":"awskms://alias/a"}');
  });

  it('can be chosen or named when none is selected', async () => {
    const { calls } = await runCli('preview', { operations, stacks: [], isTerminal: true, answers: ['qa'] });
    expect(calls.slice(0, 2)).toEqual(['openOrCreateStack qa {}', 'selectStack qa']);
  });
});

describe('options', () => {
  it('reach the operation', async () => {
    const line = 'up -f -m hello -p 3 --refresh --typecheck off --exec-kind auto.local -d';
    const { calls } = await runCli(line, { operations });
    expect(JSON.parse(calls[0]!.slice(3))).toEqual({
      message: 'hello',
      parallel: 3,
      refresh: true,
      typecheck: 'off',
      execKind: 'auto.local',
      debug: true,
    });
  });

  it('of --config are set first', async () => {
    const { calls } = await runCli('up -f -c day:replicas=3 -c a=b=c', { operations });
    expect(calls.slice(0, 2)).toEqual(['config.set day:replicas=3 {"path":false}', 'config.set a=b=c {"path":false}']);
  });

  it('of --event-log write the events, one JSON object a line, the last a cancelEvent', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'radiant-')), 'events.jsonl');
    await runCli(`up -f --event-log ${file}`, { operations });
    const events = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map((event) => event.sequence)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(events.at(-1)).toHaveProperty('cancelEvent', {});
    const { err } = await runCli('preview --event-log http://127.0.0.1:1');
    expect(err).toBe("error: --event-log takes a file, or a listener as tcp://HOST:PORT, not 'http://127.0.0.1:1'\n");
  });
});

describe('destroy', () => {
  it('says that the stack itself is still there', async () => {
    const { out } = await runCli('destroy -f', { operations });
    expect(out).toContain('run `radiant stack rm dev`');
  });

  it('removes it when asked to', async () => {
    const { calls, out } = await runCli('destroy -f --remove', { operations });
    expect(calls.at(-1)).toBe('removeStack organization/day/dev {}');
    expect(out).toContain("Stack 'dev' has been removed!");
  });

  it.each([
    ['--target urn:a', 'succeeded', 1, '1 resource is still in it, since --target names what was to be destroyed'],
    [
      '--exclude urn:a',
      'succeeded',
      2,
      '2 resources are still in it, since --exclude names what was not to be destroyed',
    ],
    [
      '--exclude-protected',
      'succeeded',
      2,
      '2 resources are still in it, since --exclude-protected keeps what is protected and all that this leans on',
    ],
    ['', 'failed', 3, '3 resources are still in it, since its destruction has failed'],
    ['', 'cancelled', 3, '3 resources are still in it, since its destruction was cancelled'],
    ['', 'failed', 0, 'its destruction has failed'],
  ] as const)('says why it was not removed: %s %s, %i left', async (flags, result, resourceCount, reason) => {
    const events = [summed({ ...summaryOf('destroy', { delete: 1 }), result })];
    const leaving = { destroy: { events, resourceCount } };
    const { calls, out } = await runCli(`destroy -f --remove ${flags}`.trim(), { operations: leaving });
    expect(out).toContain(`Stack 'dev' was not removed: ${reason}.\n`);
    expect(calls.join()).not.toContain('removeStack');
    const json = await runCli(`destroy -f --remove --json ${flags}`.trim(), { operations: leaving });
    expect(json.err).toContain(`Stack 'dev' was not removed: ${reason}.\n`);
    expect(json.out).not.toContain('not removed');
  });
});

describe('--json', () => {
  it('prints the events of an update as lines, and nothing else', async () => {
    const { out } = await runCli('up --yes --json', { operations });
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const payloads = events.map((event) => Object.keys(event)[2]);
    expect(payloads).toEqual([
      'resourcePreEvent',
      'resourcePreEvent',
      'resOutputsEvent',
      'resOutputsEvent',
      'summaryEvent',
      'cancelEvent',
    ]);
  });

  it('prints a preview as one object', async () => {
    const { out } = await runCli('preview --json', { operations });
    expect(JSON.parse(out)).toMatchObject({
      changeSummary: { create: 2 },
      steps: [{ op: 'create' }, { op: 'create' }],
    });
    const streamed = await runCli('preview --json', { operations, env: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: '1' } });
    expect(streamed.out.trim().split('\n')).toHaveLength(6);
  });
});

describe('the live tree', () => {
  it('is drawn on a terminal, and ends as a whole tree', async () => {
    const target = { kind: 'target', timeMs: 0, text: 'cluster embedded' } as const;
    const events = [...up.events.slice(0, 2), target, ...up.events.slice(2)];
    const { out } = await runCli('up -f', {
      operations: { up: { events } },
      isTerminal: true,
      columns: 100,
      env: { NO_COLOR: '1' },
    });
    expect(out).toContain('Target: cluster embedded\n');
    expect(out).toContain('\u001b[?25l');
    expect(out).toContain('\u001b[?25h');
    expect(out).toMatch(/└─ kubernetes:core\/v1:ConfigMap {2}settings {2}.*created \(0\.00s\)/);
  });

  it.each([
    ['--non-interactive', {}],
    ['--suppress-progress', {}],
    ['--display plain', {}],
    ['', { PULUMI_OPTION_DISPLAY: 'plain' }],
    ['', { CI: '1' }],
    ['', { TERM: 'dumb' }],
  ])('stays away with %s %j', async (flags, env) => {
    const { out } = await runCli(`up -f ${flags}`, { operations, isTerminal: true, env });
    expect(out).not.toContain('\u001b[?25l');
  });
});

describe('plans', () => {
  it('are made by a preview and written where it was told to', async () => {
    const { calls, out } = await runCli('preview --save-plan plans/p.json', { operations });
    expect(calls.at(-1)).toMatch(/^writePlan .*\/plans\/p\.json$/);
    expect(out).toContain(
      "Update plan written to 'plans/p.json'\n" +
        "Run `radiant up --plan='plans/p.json'` to constrain the update to the operations planned by this preview\n",
    );
    const json = await runCli('preview --json --save-plan p.json', { operations });
    expect(json.out).not.toContain('Update plan');
  });

  it('are not written after a preview that failed or showed what was not expected', async () => {
    const failing = { preview: { events: [summed({ ...summaryOf('preview', {}), result: 'failed' as const })] } };
    expect((await runCli('preview --save-plan p.json', { operations: failing })).calls.join()).not.toContain(
      'writePlan',
    );
    const { calls, exitCode } = await runCli('preview --expect-no-changes --save-plan p.json', { operations });
    expect(calls.join()).not.toContain('writePlan');
    expect(exitCode).toBe(7);
  });

  it('bind an update and the preview before it', async () => {
    const { calls } = await runCli('up --yes --plan p.json', { operations });
    expect(calls[0]).toMatch(/^readPlan .*\/p\.json$/);
    expect(calls.filter((call) => call.endsWith('by a plan')).map((call) => call.split(' ')[0])).toEqual([
      'preview',
      'up',
    ]);
  });

  it('of its own preview bind an update that is strict', async () => {
    const { calls } = await runCli('up --yes --strict', { operations });
    expect(calls.filter((call) => call.endsWith('by a plan')).map((call) => call.split(' ')[0])).toEqual(['up']);
  });

  it.each(['--skip-preview', '--yes --json'])('need a preview to be strict: %s has none', async (flags) => {
    const { err, exitCode, calls } = await runCli(`up --strict ${flags}`, { operations });
    expect(err).toContain(`error: --strict and ${flags.split(' ').at(-1)} cannot be used together`);
    expect({ exitCode, calls }).toEqual({ exitCode: 1, calls: [] });
  });
});

describe('a destruction that leaves what is protected', () => {
  const leaving = (changes: OperationSummary['changes']) => ({
    destroy: { events: [summed(summaryOf('destroy', changes))], resourceCount: 2 },
  });

  it('says how much there still is', async () => {
    const { out, exitCode } = await runCli('destroy --yes --exclude-protected', {
      operations: leaving({ delete: 1, same: 2 }),
    });
    expect(out).toContain(
      'All unprotected resources were destroyed. There are still 2 protected resources associated with this stack.\n',
    );
    expect(out).not.toContain('have been deleted');
    expect(exitCode).toBe(0);
  });

  it('says so when there was nothing else', async () => {
    const { out } = await runCli('destroy --yes --exclude-protected', { operations: leaving({ same: 2 }) });
    expect(out).toContain(
      'There were no unprotected resources to destroy. There are still 2 protected resources associated with this stack.\n',
    );
  });
});

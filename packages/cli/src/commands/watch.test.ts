import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OperationError } from '@radiant/model';
import { afterAll, describe, expect, it } from 'vitest';
import { type FakeCliOptions, runCli } from '../../test/fake-context.ts';
import { resource, stackState, started, step, succeeded, summaryOf, summed } from '../../test/operation-events.ts';

const createStack = step('create', { new: stackState });
const createMap = step('create', { new: resource({ name: 'settings', inputs: {} }) });
const up = {
  events: [
    { kind: 'prelude' as const, timeMs: 0, config: { 'day:b': '[secret]', 'day:a': '1' } },
    started(createStack, 0),
    started(createMap, 1),
    succeeded(createMap, 2),
    succeeded(createStack, 3),
    summed(summaryOf('up', { create: 2 })),
  ],
};

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

/** Runs `watch` in a new folder. `then`: what to do when something is printed; `end` is Ctrl-C. */
async function watchCli(
  line: string,
  options: FakeCliOptions,
  then: (text: string, act: { readonly save: (file: string) => void; readonly end: () => void }) => void,
) {
  const dir = mkdtempSync(path.join(tmpdir(), 'radiant-watch-'));
  dirs.push(dir);
  const signals = new EventEmitter();
  let saves = 0;
  const act = {
    save: (file: string) => writeFileSync(path.join(dir, file), String(++saves)),
    end: () => signals.emit('SIGINT', 'SIGINT'),
  };
  const finished = await runCli(line, { ...options, projectDir: dir, onWrite: (text) => then(text, act) }, signals);
  return {
    ...finished,
    lines: finished.out
      .replaceAll(/^\d\d:\d\d:\d\d\.\d{3}/gm, 'TIME')
      .split('\n')
      .slice(0, -1),
  };
}

describe('watch', () => {
  it('updates at each change, without a preview, and ends in order at Ctrl-C', async () => {
    let updates = 0;
    const finished = await watchCli('watch', { operations: { up } }, (text, { save, end }) => {
      if (text.startsWith('Watching')) save('index.ts');
      if (text.includes('Update complete.')) ++updates === 2 ? end() : save('index.ts');
    });
    const once = [
      'TIME[                    ] Updating...',
      'TIME[             day-dev] create pulumi:pulumi:Stack',
      'TIME[            settings] create kubernetes:core/v1:ConfigMap',
      'TIME[            settings] done create kubernetes:core/v1:ConfigMap',
      'TIME[             day-dev] done create pulumi:pulumi:Stack',
      'TIME[                    ] Update complete.',
    ];
    expect(finished.lines).toEqual(['Watching (dev):', ...once, ...once]);
    expect(finished.calls.filter((call) => call.startsWith('preview'))).toEqual([]);
    expect(finished.exitCode).toBe(0);
  });

  it('goes on after an update that failed, and says why', async () => {
    const failure = new OperationError({ code: 'X', summary: 'the program is broken', detail: 'in line 3' });
    let updates = 0;
    const finished = await watchCli('watch', { failure }, (text, { save, end }) => {
      if (text.startsWith('Watching')) save('index.ts');
      if (text.includes('Update failed.')) ++updates === 2 ? end() : save('index.ts');
    });
    expect(finished.lines.slice(2, 6)).toEqual([
      'TIME[                    ] Updating...',
      'TIME[                    ] error: the program is broken',
      'TIME[                    ]   in line 3',
      'TIME[                    ] Update failed.',
    ]);
    expect(updates).toBe(2);
  });

  it('updates once more for what is saved while an update runs', async () => {
    let updates = 0;
    const finished = await watchCli('watch', { operations: { up } }, (text, { save, end }) => {
      if (text.startsWith('Watching')) save('index.ts');
      if (text.includes('Updating...') && ++updates === 1) save('other.ts');
      if (text.includes('Update complete.') && updates === 2) end();
    });
    expect(updates).toBe(2);
    expect(finished.exitCode).toBe(0);
  });

  it('does not run for ever when the update itself writes into the folder', async () => {
    let updates = 0;
    const finished = await watchCli('watch', { operations: { up } }, (text, { save, end }) => {
      if (text.startsWith('Watching')) save('index.ts');
      if (text.includes('Updating...')) {
        updates++;
        save('log.txt');
      }
      if (text.includes('log.txt changed during several updates')) end();
    });
    expect(updates).toBe(3);
    expect(finished.exitCode).toBe(0);
  });

  it('lets an update that runs come to its end at Ctrl-C', async () => {
    const finished = await watchCli('watch', { operations: { up: { events: [], isEndless: true } } }, (text, act) => {
      if (text.startsWith('Watching')) act.save('index.ts');
      if (text.includes('Updating...')) setImmediate(act.end);
    });
    expect(finished.lines.slice(-2)).toEqual([
      expect.stringContaining('Stopping: what has begun is finished'),
      'TIME[                    ] Update cancelled.',
    ]);
    expect(finished.exitCode).toBe(8);
  });

  it('sets the configuration that is given once, and shows all of it when asked', async () => {
    const line = 'watch --config a=1 --show-config';
    const finished = await watchCli(line, { operations: { up } }, (text, { save, end }) => {
      if (text.startsWith('Watching')) save('index.ts');
      if (text.includes('Update complete.')) end();
    });
    expect(finished.calls.filter((call) => call.startsWith('config.set'))).toHaveLength(1);
    expect(finished.lines.slice(2, 5)).toEqual([
      'TIME[                    ] Configuration:',
      'TIME[                    ]     day:a: 1',
      'TIME[                    ]     day:b: [secret]',
    ]);
  });

  it('shows what the pods of the stack write among it, each line once', async () => {
    const line = { time: new Date(), text: 'listening', urn: stackState.urn, namespace: 'default', pod: 'web-1' };
    const finished = await watchCli('watch', { operations: { up }, logs: [line] }, (text, { save, end }) => {
      if (text.includes('listening')) save('index.ts');
      if (text.includes('Update complete.')) setTimeout(end, 10);
    });
    const said = 'TIME[               web-1] listening';
    expect(finished.lines.filter((each) => each === said)).toHaveLength(1);
    expect(finished.calls.filter((call) => call.startsWith('logs'))).toHaveLength(2);
  });

  it('watches what else an update reads: a policy pack beside the project, say', async () => {
    const pack = mkdtempSync(path.join(tmpdir(), 'radiant-pack-'));
    dirs.push(pack);
    const finished = await watchCli(`watch --policy-pack ${pack}`, { operations: { up } }, (text, { end }) => {
      if (text.startsWith('Watching')) writeFileSync(path.join(pack, 'index.ts'), 'changed');
      if (text.includes('Update complete.')) end();
    });
    expect(finished.exitCode).toBe(0);
  });

  it('refuses a path at which there is nothing, before anything is done', async () => {
    const finished = await watchCli('watch --path nowhere', {}, () => {});
    expect(finished.err).toBe('error: there is no file or folder /projects/day/nowhere to watch\n');
    expect(finished.calls).toEqual([]);
  });
});

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge, knownDifferences } from './differences.ts';
import { comparableExport, comparablePreview, compareEvents } from './harness/accounts.ts';
import { compareJson } from './harness/compare.ts';
import { orderViolations } from './harness/order.ts';
import {
  fixtures,
  isObject,
  type Json,
  type JsonObject,
  type ProgramName,
  recordedJson,
  recordedLines,
} from './harness/recorded.ts';
import { setAside } from './harness/set-aside.ts';

const events = recordedLines('tour', 'stage1.events.jsonl');

/** The same JSON with one leaf changed, for every leaf there is. */
function* mutations(json: Json): Generator<Json> {
  if (Array.isArray(json)) {
    for (const [index, item] of json.entries()) for (const changed of mutations(item)) yield json.with(index, changed);
  } else if (isObject(json)) {
    for (const [field, value] of Object.entries(json)) {
      for (const changed of mutations(value)) yield { ...json, [field]: changed };
      const { [field]: _, ...without } = json;
      yield without;
    }
  } else yield typeof json === 'string' ? `${json}x` : 'changed';
}

describe('the comparison', () => {
  test('finds a recording equal to itself, wherever the program ran', () => {
    const elsewhere = JSON.parse(JSON.stringify(events).replaceAll('/project', '/tmp/here')) as JsonObject[];
    expect(compareEvents(events, elsewhere, '/tmp/here', '')).toEqual([]);
  });

  test('notices every change of a value and every missing field, but of what is set aside', () => {
    const update = events.find((event) => {
      const metadata = (event.resOutputsEvent as JsonObject | undefined)?.metadata as JsonObject | undefined;
      return metadata?.op === 'update' && String(metadata.urn).endsWith('::plain');
    })!;
    const others = events.filter((event) => event !== update);
    const missed: Json[] = [];
    let count = 0;
    for (const changed of mutations(update.resOutputsEvent as Json)) {
      if (JSON.stringify(setAside(changed)) === JSON.stringify(setAside(update.resOutputsEvent as Json))) continue;
      // What has no URN cannot be filed.
      if (!String(((changed as JsonObject).metadata as JsonObject | undefined)?.urn).startsWith('urn:')) continue;
      count += 1;
      const mutated = [...others, { sequence: 0, timestamp: 0, resOutputsEvent: changed }];
      if (compareEvents([...others, update], mutated, '/project', '').length === 0) missed.push(changed);
    }
    expect(missed).toEqual([]);
    expect(count).toBeGreaterThan(50);
  });

  test.each(['export', 'preview'] as const)('notices every change in a recorded %s', (kind) => {
    const recorded = recordedJson('tour', `stage1.${kind}.json`);
    const comparable = kind === 'export' ? comparableExport : comparablePreview;
    const original = comparable(recorded);
    const missed = [...mutations(original)].filter((changed) => compareJson(original, changed, '').length === 0);
    expect(missed).toEqual([]);
  });

  test('misses an event that did not come, and one that nobody recorded', () => {
    for (const [index, event] of events.entries()) {
      if ((event.diagnosticEvent as JsonObject | undefined)?.severity === 'debug') continue;
      expect(compareEvents(events, events.toSpliced(index, 1), '/project', '')).not.toEqual([]);
      expect(compareEvents(events.toSpliced(index, 1), events, '/project', '')).not.toEqual([]);
    }
  });

  test('sets aside what we say while the types are checked, which a slow machine alone comes to', () => {
    const said = (message: string) => ({
      diagnosticEvent: { color: 'never', ephemeral: true, message, severity: 'info' },
    });
    const slow = [said('Checking the types of the program\n'), said('\n'), ...events];
    expect(compareEvents(events, slow, '/project', '')).toEqual([]);
    expect(compareEvents(events, [said('Something else\n'), ...events], '/project', '')).not.toEqual([]);
  });

  test('sets nothing aside but times, chance, versions, ciphertexts, positions and closures', () => {
    const json = {
      created: '2026-11-21T03:43:29Z',
      ciphertext: 'v1:a:b',
      __provider: 'exports.handler = …',
      id: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
      target: '127.0.0.1:4711',
      inputs: { time: { is: 'kept when it is an object' }, size: 1 },
      blinded: { ciphertext: '[secret]' },
    };
    expect(setAside(json)).toEqual({
      created: '<time>',
      ciphertext: '<ciphertext>',
      __provider: '<serialized provider>',
      id: '<uuid>',
      target: '<address>',
      inputs: json.inputs,
      blinded: json.blinded,
    });
  });
});

describe('the order of events', () => {
  const operations = (['tour', 'choices'] as const).flatMap((program: ProgramName) =>
    readdirSync(path.join(fixtures, program))
      .filter((file) => file.endsWith('.events.jsonl') && !file.startsWith('policy'))
      .map((file) => [program, file] as const),
  );

  test.each(operations)('of %s %s respects the dependencies of what was recorded', (program, file) => {
    const exports = readdirSync(path.join(fixtures, program)).filter((name) => name.endsWith('.export.json'));
    const states = exports.map((name) => recordedJson(program, name));
    expect(orderViolations(recordedLines(program, file), states)).toEqual([]);
  });

  test('is found wrong when a dependent comes first', () => {
    const exported = recordedJson('tour', 'stage1.export.json');
    const at = (kind: string, name: string) =>
      events.findIndex((event) => isObject(event[kind]) && JSON.stringify(event[kind]).includes(`::${name}","type"`));
    const early = events[at('resourcePreEvent', 'follower')]!;
    const moved = events.filter((event) => event !== early).toSpliced(at('resOutputsEvent', 'plain') - 1, 0, early);
    const numbered = moved.map((event, sequence) => ({ ...event, sequence }));
    expect(orderViolations(numbered, [exported])).not.toEqual([]);
  });
});

describe('the list of known differences', () => {
  test('excuses nothing that it does not name, and names nothing that no longer occurs', () => {
    const [known] = knownDifferences;
    const of = 'tour/stage0/preview';
    const listed = { at: '/steps/x/unknownReasons', recorded: undefined, ours: {} };
    expect(judge(of, [listed])).toEqual({ unlisted: [], vanished: [] });
    expect(judge(of, [{ ...listed, at: '/steps/x/op' }]).unlisted).toHaveLength(1);
    expect(judge(of, []).vanished).toEqual([expect.stringContaining(known!.reason)]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Asset, Secret } from '@radiant/model';
import { describe, expect, it } from 'vitest';
import { decodeEvent, decodePreviewStep, type Recorded } from '../../test/decode-recorded.ts';
import { runCli } from '../../test/fake-context.ts';
import { planned, resource, step, summaryOf, summed } from '../../test/operation-events.ts';
import { createEventEncoder } from './engine-event-json.ts';
import { printedProperties, resourceJson } from './printed-state.ts';

/** Recorded from the established engine: what it says, we must be able to say in the same fields and order. */
function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

const recordedEvents = fixture('recorded-events.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

describe('engine events', () => {
  const steps = recordedEvents.filter((event) => decodeEvent(event) !== undefined);

  it.each(steps.map((event) => [describeEvent(event), event]))('are written as recorded: %s', (_, recorded) => {
    const ours = createEventEncoder().encode(decodeEvent(recorded)!) as typeof recorded;
    const expected = { ...recorded, sequence: 0 };
    expect(ours).toEqual(expected);
    expect(Object.keys(ours)).toEqual(Object.keys(expected));
    expect(JSON.stringify(ours)).not.toContain('hidden');
  });

  it('end with a cancelEvent', () => {
    const { cancelEvent } = recordedEvents.find((event) => event.cancelEvent);
    expect(createEventEncoder().end(5_000)).toEqual({ sequence: 0, timestamp: 5, cancelEvent });
  });
});

function describeEvent(event: Recorded): string {
  const [kind, payload] = Object.entries<Recorded>(event)[2]!;
  const urn: string | undefined = payload.metadata?.urn ?? payload.urn;
  return [kind, payload.metadata?.op ?? payload.severity, urn?.split('::').at(-1)].filter(Boolean).join(' ');
}

describe('a preview as JSON', () => {
  it.each(['recorded-preview.json', 'recorded-preview-of-day.json'])('is written as recorded: %s', async (name) => {
    const recorded = JSON.parse(fixture(name));
    const events = [
      { kind: 'prelude', timeMs: 0, config: recorded.config ?? {} } as const,
      ...recorded.steps.map(decodePreviewStep).flatMap(planned),
      summed(summaryOf('preview', recorded.changeSummary, { durationMs: recorded.duration / 1e6 })),
    ];
    const { out } = await runCli('preview --json', { operations: { preview: { events } } });
    expect(JSON.parse(out)).toEqual(recorded);
    expect(Object.keys(JSON.parse(out))).toEqual(Object.keys(recorded));
    expect(out).toMatch(/^\{\n {4}"config": \{/);
  });

  it('leaves out what does not change, and the halves of a replacement', async () => {
    const state = resource({ name: 'settings' });
    const events = [
      ...planned(step('same', { old: state, new: state })),
      ...planned(step('create-replacement', { old: state, new: state })),
      ...planned(step('replace', { old: state, new: state })),
      ...planned(step('delete-replaced', { old: state })),
    ];
    const { out } = await runCli('preview --json', { operations: { preview: { events } } });
    expect(JSON.parse(out).steps.map((shown: { op: string }) => shown.op)).toEqual(['replace']);
  });
});

describe('secrets', () => {
  const state = resource({ inputs: { list: [{ inner: new Secret({ password: 'hunter2' }) }] } });

  it('never leave, however deep they lie', () => {
    const event = printedProperties(state, 'blinded');
    expect(JSON.stringify(event)).toContain('"ciphertext":"[secret]"');
    expect(JSON.stringify(event)).not.toContain('hunter2');
    expect(resourceJson(state, 'masked')).toMatchObject({ inputs: { list: [{ inner: '[secret]' }] } });
  });

  it('leave when asked to', async () => {
    const events = planned(step('create', { new: state }));
    const { out } = await runCli('preview --json --show-secrets', { operations: { preview: { events } } });
    expect(out).toContain('hunter2');
  });
});

describe('a text asset', () => {
  it('is shown in a preview, and left out of events, as recorded', () => {
    const state = resource({ inputs: { content: new Asset({ kind: 'text', text: 'hello' }, 'abc') } });
    expect(JSON.stringify(resourceJson(state, 'masked'))).toContain('"text":"hello"');
    expect(JSON.stringify(printedProperties(state, 'blinded'))).toContain('"text":"<contents elided>"');
  });
});

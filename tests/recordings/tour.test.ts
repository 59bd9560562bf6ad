import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wires } from '../programs/harness/program-stack.ts';
import { judge } from './differences.ts';
import { comparableExport, comparablePreview, compareEvents } from './harness/accounts.ts';
import { compareJson } from './harness/compare.ts';
import { RecordingLab } from './harness/lab.ts';
import { orderViolations } from './harness/order.ts';
import { type JsonObject, recordedJson, recordedLines } from './harness/recorded.ts';
import { stages } from './harness/stages.ts';

const nothing = { unlisted: [], vanished: [] };

describe.each(wires)('the tour, over the %s wire', (wire) => {
  let lab: RecordingLab;
  let before: JsonObject;
  beforeAll(async () => {
    lab = await RecordingLab.create(wire);
    await lab.install('tour');
    before = await lab.printed('tour', 'stack', 'export');
  });
  afterAll(() => lab.dispose());

  test.each(stages.tour)('goes through $name as recorded', async (stage) => {
    const { name, exported } = stage;
    const of = `tour/${name}`;
    const folder = lab.folder('tour');
    await lab.must('tour', 'config', 'set', 'stage', stage.stage);
    if (stage.hasPreview === true) {
      const preview = JSON.parse((await lab.say('tour', 'preview', '--json')).out) as JsonObject;
      const recorded = comparablePreview(recordedJson('tour', `${name}.preview.json`));
      expect(judge(`${of}/preview`, compareJson(recorded, comparablePreview(preview, folder), ''))).toEqual(nothing);
    }
    const { code, events } = await lab.operate('tour', ...stage.args);
    const after = await lab.printed('tour', 'stack', 'export');
    const recorded = recordedLines('tour', `${name}.events.jsonl`);
    expect(judge(`${of}/events`, compareEvents(recorded, events, folder, ''))).toEqual(nothing);
    expect(orderViolations(events, [before, after])).toEqual([]);
    expect(code).toBe(stage.exitCode);
    if (exported !== undefined) {
      const recordedState = comparableExport(recordedJson('tour', exported));
      const found = compareJson(recordedState, comparableExport(after, folder), '');
      expect(judge(`${of}/export`, found)).toEqual(nothing);
    }
    before = after;
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wires } from '../programs/harness/program-stack.ts';
import { asRecorded, goThrough } from './harness/go-through.ts';
import { RecordingLab } from './harness/lab.ts';
import { recordedLines } from './harness/recorded.ts';
import { serveRecordedProvider } from './harness/recorded-provider.ts';
import { type Stage, stages } from './harness/stages.ts';

describe.each(wires)('a provider that gives the recorded answers, over the %s wire', (wire) => {
  let lab: RecordingLab;
  beforeAll(async () => {
    lab = await RecordingLab.create(wire);
    await lab.install('tour');
  });
  afterAll(() => lab.dispose());

  async function attached(stage: Stage) {
    const name = 'pulumi-nodejs';
    const server = await serveRecordedProvider(recordedLines('tour', `${stage.name}.grpc.jsonl`), name);
    lab.variables = { PULUMI_DEBUG_PROVIDERS: `${name}:${server.address.split(':').at(-1)}` };
    try {
      return await goThrough(lab, 'tour', { ...stage, hasPreview: false }, 'attached');
    } finally {
      lab.variables = {};
      await server.close();
    }
  }

  test('is asked what was recorded, and leads to the recorded events and state', async () => {
    expect(await attached(stages.tour[0]!)).toEqual({ ...asRecorded, exitCode: 0 });
  });

  test('gives the recorded diffs, up to the recorded refusal', async () => {
    await lab.must('tour', 'config', 'set', 'stage', '1');
    await lab.must('tour', 'up', '--yes', '--skip-preview');
    expect(await attached(stages.tour[2]!)).toEqual({ ...asRecorded, exitCode: 1 });
  });
});

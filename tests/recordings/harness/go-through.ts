import { type Judgement, judge } from '../differences.ts';
import { comparableExport, comparablePreview, compareEvents } from './accounts.ts';
import { callsOf } from './calls.ts';
import { compareJson, type Difference } from './compare.ts';
import type { RecordingLab } from './lab.ts';
import { orderViolations } from './order.ts';
import { type JsonObject, type ProgramName, recordedJson, recordedLines } from './recorded.ts';
import type { Stage } from './stages.ts';

/** Where a stage went another way than it was recorded: all empty when it did not. */
export interface Findings {
  readonly preview: Judgement;
  readonly events: Judgement;
  readonly calls: Judgement;
  readonly export: Judgement;
  readonly order: readonly string[];
  readonly exitCode: number;
}

const nothing: Judgement = { unlisted: [], vanished: [] };

export const asRecorded = { preview: nothing, events: nothing, calls: nothing, export: nothing, order: [] } as const;

/**
 * Runs one stage on the state that the one before has left, and compares all that was recorded of it. `attached`: with a
 * provider that runs already, as the recorded one did not.
 */
export async function goThrough(
  lab: RecordingLab,
  program: ProgramName,
  stage: Stage,
  kind: 'launched' | 'attached' = 'launched',
): Promise<Findings> {
  const { name, exported } = stage;
  await lab.must(program, 'config', 'set', 'stage', stage.stage);
  const preview = stage.hasPreview === true ? await previewed(lab, program, name) : nothing;
  for (const command of stage.prepared ?? []) await lab.must(program, ...command);
  if (stage.tainted !== undefined) await lab.taint(program, stage.tainted);
  const before = await lab.printed(program, 'stack', 'export');
  const { code, events, calls } = await lab.operate(program, ...stage.args);
  const after = await lab.printed(program, 'stack', 'export');
  const recorded = recordedLines(program, `${name}.events.jsonl`);
  const folder = lab.folder(program);
  return {
    preview,
    events: judge(`${program}/${name}/events`, compareEvents(recorded, events, folder, '')),
    calls: stage.hasCalls === true ? comparedCalls(calls, program, stage, folder, kind) : nothing,
    export: exported === undefined ? nothing : compared(after, program, name, exported, folder),
    order: orderViolations(events, [before, after]),
    exitCode: code,
  };
}

async function previewed(lab: RecordingLab, program: ProgramName, name: string): Promise<Judgement> {
  const { out } = await lab.say(program, 'preview', '--json');
  const ours = comparablePreview(JSON.parse(out) as JsonObject, lab.folder(program));
  const recorded = comparablePreview(recordedJson(program, `${name}.preview.json`));
  return judge(`${program}/${name}/preview`, compareJson(recorded, ours, ''));
}

function compared(after: JsonObject, program: ProgramName, name: string, file: string, folder: string): Judgement {
  const recorded = comparableExport(recordedJson(program, file));
  return judge(`${program}/${name}/export`, compareJson(recorded, comparableExport(after, folder), ''));
}

/** What the program and the providers said to the engine, and it to them. */
function comparedCalls(
  calls: readonly JsonObject[],
  program: ProgramName,
  { name, exitCode }: Stage,
  folder: string,
  kind: 'launched' | 'attached',
): Judgement {
  const recorded = callsOf(recordedLines(program, `${name}.grpc.jsonl`));
  // Which calls a failure cuts off is a race.
  const ended = exitCode === 0 ? calls : calls.filter(({ errors }) => !String(errors).includes('code = Unavailable'));
  const found = compareJson(recorded, callsOf(ended, folder), '');
  const kept = exitCode === 0 ? found : found.filter((difference) => !isCutOff(difference));
  return judge(`${program}/${name}/calls${kind === 'attached' ? ' attached' : ''}`, kept);
}

/** What belongs to a provider as a whole is called all the same. */
function isCutOff({ at, recorded, ours }: Difference): boolean {
  const isMissing = recorded === undefined || ours === undefined;
  return isMissing && /^\/([^/ ]+ [^/]*|ResourceMonitor\.SignalAndWaitForShutdown)(\[\d+\])?$/.test(at);
}

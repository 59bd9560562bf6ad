import { writeFile } from 'node:fs/promises';
import { OperationError, type Plan, type SecretsManager, type SecretsProvider } from '@radiant/model';
import { decodePlan, encodePlan, type JsonObject } from '@radiant/state';
import { readTextFile } from '../json-file.ts';
import { systemClock } from '../system.ts';
import { engineVersion } from '../version.ts';

/** The stack that plans are made of, as far as their files are concerned. */
export interface PlannedStack {
  readonly project: string;
  readonly stack: string;
  /** As the stack file has it, secrets sealed. */
  readonly config: () => Promise<JsonObject>;
  readonly secrets: (provider: SecretsProvider | undefined) => Promise<SecretsManager>;
}

export async function writePlanFile(file: string, plan: Plan, owner: PlannedStack): Promise<void> {
  const json = await encodePlan(plan, {
    nowMs: systemClock.nowMs(),
    toolVersion: `v${engineVersion}`,
    config: await owner.config(),
    secrets: () => owner.secrets(undefined),
  });
  try {
    await writeFile(file, `${JSON.stringify(json, undefined, 4)}\n`);
  } catch (cause) {
    throw new OperationError({
      code: 'PLAN_UNWRITABLE',
      summary: `could not write the plan ${file}: ${(cause as Error).message}`,
      cause,
    });
  }
}

/** `warn` hears of configuration that has changed since the plan was made. Throws OperationError: see `decodePlan`. */
export async function readPlanFile(file: string, owner: PlannedStack, warn: (line: string) => void): Promise<Plan> {
  const { project, stack, secrets } = owner;
  const { plan, config } = await decodePlan(await readJson(file), { source: file, project, stack, secrets });
  const changes = configChanges(config, await owner.config());
  if (changes.length > 0) warn(`the plan ${file} was made with another configuration: ${changes.join(', ')}`);
  return plan;
}

async function readJson(file: string): Promise<unknown> {
  const text = await readTextFile(file);
  const remedy = `Make a plan:\n    radiant preview --save-plan ${file}`;
  if (text === undefined)
    throw new OperationError({ code: 'PLAN_MISSING', summary: `there is no plan ${file}`, remedy });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const summary = `${file} is not a plan that can be read: ${(cause as Error).message}`;
    throw new OperationError({ code: 'PLAN_INVALID', summary, remedy, cause });
  }
}

function configChanges(before: JsonObject, after: JsonObject): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [before, after].map((config) => (Object.hasOwn(config, key) ? config[key] : undefined));
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    if (was === undefined) return `${key} was not set`;
    if (is === undefined) return `${key} is not set any more`;
    const isPlain = typeof was === 'string' && typeof is === 'string';
    return isPlain ? `${key} was ${JSON.stringify(was)} and is ${JSON.stringify(is)}` : `${key} has changed`;
  });
}

import {
  type Alias,
  type GoalPlan,
  OperationError,
  type PropertyChanges,
  parseUrn,
  type ResourcePlan,
  type StepOp,
  stepOps,
  type Urn,
} from '@radiant/model';
import { openCollected, type SecretsSource } from '../deployment/deployment.ts';
import type { JsonObject } from '../deployment/deployment-json.ts';
import {
  type FieldReader,
  failField,
  optionalList,
  optionalObject,
  optionalText,
  optionalTexts,
  optionalTrue,
  readerOf,
  requiredText,
} from '../deployment/field-reader.ts';
import type { PropertyDecoder } from '../deployment/property-decoding.ts';
import {
  createDecoder,
  optional,
  readProperties,
  readPropertyDependencies,
  readTimeouts,
} from '../deployment/resource-decoding.ts';
import { collectCiphertexts, type OpenedSecrets } from '../deployment/secret-decoding.ts';
import type { PlanFile } from './plan-json.ts';

const formatVersion = 1;

/**
 * Reads what `preview --save-plan` wrote, ours or Pulumi's. `source` is the file, for the errors: `PLAN_INVALID` names it
 * and the field, `PLAN_TOO_NEW` its version, `PLAN_FOREIGN` the stack it was made for.
 */
export async function decodePlan(
  json: unknown,
  options: {
    readonly source: string;
    readonly project: string;
    readonly stack: string;
    readonly secrets: SecretsSource;
  },
): Promise<PlanFile> {
  const document = openDocument(json, options.source);
  const resourcePlans = optionalObject(document, 'resourcePlans');
  assertOfStack(document, Object.keys(resourcePlans), options);
  const opened = await openPlanSecrets(resourcePlans, options.secrets);
  const resources = Object.entries(resourcePlans).map(([urn, item]) => {
    const reader = readerOf(item, `resourcePlans["${urn}"]`, options.source, 'plan');
    return [urn as Urn, readResourcePlan(reader, urn as Urn, opened)] as const;
  });
  const manifest = { ...document, json: optionalObject(document, 'manifest'), path: 'manifest' };
  return {
    plan: { resources: new Map(resources) },
    time: optionalText(manifest, 'time'),
    version: optionalText(manifest, 'version'),
    config: optionalObject(document, 'config'),
  };
}

/** A plan is written bare; where it travels between tools, it is wrapped with its version. */
function openDocument(json: unknown, source: string): FieldReader {
  const outer = { ...readerOf(json, 'the document', source, 'plan'), path: '' };
  const { version, plan } = outer.json;
  if (version !== undefined && version !== formatVersion)
    throw new OperationError({
      code: 'PLAN_TOO_NEW',
      summary: `${source} is a plan of version ${JSON.stringify(version)}, and version ${formatVersion} is the one that can be read`,
      remedy: `Make the plan again with this version:\n    radiant preview --save-plan ${source}`,
    });
  const reader = plan === undefined ? outer : { ...readerOf(plan, 'plan', source, 'plan'), path: '' };
  if (reader.json.manifest === undefined) failField(reader, 'manifest', 'is missing: this is no update plan');
  return reader;
}

function assertOfStack(
  document: FieldReader,
  urns: readonly string[],
  own: { readonly project: string; readonly stack: string },
): void {
  for (const urn of urns) {
    const parts = parseUrn(urn);
    if (parts === undefined) failField(document, `resourcePlans["${urn}"]`, 'is not under a URN');
    const { project, stack } = parts;
    if (project === own.project && stack === own.stack) continue;
    const { source } = document;
    throw new OperationError({
      code: 'PLAN_FOREIGN',
      summary: `${source} is a plan of the stack '${stack}' of project '${project}', not of '${own.stack}' of '${own.project}'`,
      detail: `It has steps for ${urn}.`,
      remedy: `Make a plan of this stack:\n    radiant preview --stack ${own.stack} --save-plan ${source}`,
    });
  }
}

async function openPlanSecrets(resourcePlans: JsonObject, secrets: SecretsSource): Promise<OpenedSecrets> {
  const ciphertexts = new Map<string, string>();
  for (const [urn, item] of Object.entries(resourcePlans)) collectCiphertexts(item, urn, ciphertexts);
  return await openCollected(ciphertexts, undefined, secrets);
}

function readResourcePlan(reader: FieldReader, urn: Urn, opened: OpenedSecrets): ResourcePlan {
  const decoder = createDecoder(reader, urn, { source: reader.source, opened });
  const { goal, state } = reader.json;
  return {
    ...(goal === undefined || goal === null ? {} : { goal: readGoal(reader, decoder) }),
    steps: readSteps(reader),
    ...(state === undefined || state === null ? {} : { outputs: readProperties(reader, 'state', decoder) }),
    ...optional('seed', readSeed(reader)),
  };
}

function readSteps(reader: FieldReader): readonly StepOp[] {
  const known: readonly string[] = stepOps;
  return optionalTexts(reader, 'steps').map((op, index) => {
    if (known.includes(op)) return op as StepOp;
    return failField(reader, `steps[${index}]`, `is "${op}", which is no step`);
  });
}

function readSeed(reader: FieldReader): Uint8Array | undefined {
  const text = optionalText(reader, 'seed');
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) failField(reader, 'seed', 'is not base64');
  return bytes;
}

function readGoal(outer: FieldReader, decoder: PropertyDecoder): GoalPlan {
  const reader = readerOf(outer.json.goal, `${outer.path}.goal`, outer.source, 'plan');
  if (reader.json.inputDiff === undefined)
    failField(reader, 'inputDiff', 'is missing: the plan was made by an older version');
  return {
    type: requiredText(reader, 'type'),
    name: requiredText(reader, 'name'),
    isCustom: optionalTrue(reader, 'custom'),
    inputChanges: readChanges(reader, 'inputDiff', decoder),
    outputChanges: readChanges(reader, 'outputDiff', decoder),
    ...optional('parent', optionalText(reader, 'parent') as Urn | undefined),
    ...optional('provider', optionalText(reader, 'provider')),
    isProtected: optionalTrue(reader, 'protect'),
    dependencies: optionalTexts(reader, 'dependencies') as readonly Urn[],
    propertyDependencies: readPropertyDependencies(reader),
    ...readDeleteBeforeReplace(reader),
    ignoreChanges: optionalTexts(reader, 'ignoreChanges'),
    additionalSecretOutputs: optionalTexts(reader, 'additionalSecretOutputs'),
    aliases: optionalList(reader, 'aliases').map((item, index) =>
      readAlias(readerOf(item, `${reader.path}.aliases[${index}]`, reader.source, 'plan')),
    ),
    ...optional('importId', optionalText(reader, 'id')),
    customTimeouts: readTimeouts(reader),
  };
}

/** Here `false` says something else than nothing. */
function readDeleteBeforeReplace(reader: FieldReader): Pick<GoalPlan, 'deleteBeforeReplace'> {
  const isSaid = (reader.json.deleteBeforeReplace ?? undefined) !== undefined;
  return isSaid ? { deleteBeforeReplace: optionalTrue(reader, 'deleteBeforeReplace') } : {};
}

function readChanges(outer: FieldReader, field: string, decoder: PropertyDecoder): PropertyChanges {
  const reader = readerOf(outer.json[field] ?? {}, `${outer.path}.${field}`, outer.source, 'plan');
  return {
    adds: readProperties(reader, 'adds', decoder),
    deletes: optionalTexts(reader, 'deletes'),
    updates: readProperties(reader, 'updates', decoder),
  };
}

function readAlias(reader: FieldReader): Alias {
  const urn = optionalText(reader, 'URN');
  if (urn !== undefined) return { kind: 'urn', urn: urn as Urn };
  const parent = optionalText(reader, 'Parent');
  return {
    kind: 'spec',
    ...optional('name', optionalText(reader, 'Name')),
    ...optional('type', optionalText(reader, 'Type')),
    ...optional('stack', optionalText(reader, 'Stack')),
    ...optional('project', optionalText(reader, 'Project')),
    ...(parent === undefined ? {} : { parent: { kind: 'urn', urn: parent as Urn } }),
    ...(optionalTrue(reader, 'NoParent') ? { parent: { kind: 'none' } } : {}),
  };
}

import { OperationError } from '@radiant/model';
import { type JsonObject, knownFeatures } from './deployment-json.ts';
import { failField, optionalObject, optionalTexts, readerOf, refuseTooDeep } from './field-reader.ts';

/** The deployment inside a file, whatever it was wrapped in. */
export interface Envelope {
  /** 1 to 4. */
  readonly version: number;
  readonly features: readonly string[];
  readonly deployment: JsonObject;
  readonly source: string;
}

export const oldestVersion = 1;
export const newestVersion = 4;
/** What is written when nothing in the state needs more. */
export const plainVersion = 3;

/**
 * Unwraps a checkpoint (`{version, checkpoint: {latest}}`; before the first version just `{stack, latest}`) or an export
 * (`{version, deployment}`). `stack` is named in the errors: `STATE_TOO_NEW`, `STATE_TOO_OLD`,
 * `STATE_FEATURES_UNSUPPORTED`, `STATE_INVALID`.
 */
export function openEnvelope(json: unknown, source: string, stack: string): Envelope {
  const envelope = unwrap(json, source, stack);
  const reader = readerOf(envelope.deployment, 'deployment', source);
  refuseTooDeep(reader, (field) => field === 'resources' || field === 'pending_operations');
  return envelope;
}

function unwrap(json: unknown, source: string, stack: string): Envelope {
  const reader = readerOf(json, 'the document', source);
  const { json: document } = reader;
  if (document.version === undefined && document.latest !== undefined)
    return { version: oldestVersion, features: [], deployment: latestOf(document, 'latest', source), source };
  const version = document.version;
  if (typeof version !== 'number' || !Number.isInteger(version))
    return failField(
      { ...reader, path: '' },
      'version',
      `should be a number from ${oldestVersion} to ${newestVersion}`,
    );
  refuseForeignVersion(version, stack);
  const features = optionalTexts({ ...reader, path: '' }, 'features');
  refuseUnknownFeatures(features, stack);
  if (document.deployment !== undefined)
    return { version, features, deployment: readerOf(document.deployment, 'deployment', source).json, source };
  const checkpoint = readerOf(document.checkpoint, 'checkpoint', source);
  return { version, features, deployment: latestOf(checkpoint.json, 'checkpoint.latest', source), source };
}

function latestOf(checkpoint: JsonObject, path: string, source: string): JsonObject {
  // A stack that Pulumi has only just created has no latest deployment.
  return optionalObject({ json: checkpoint, path: path.replace(/\.?latest$/, ''), source }, 'latest');
}

function refuseForeignVersion(version: number, stack: string): void {
  if (version > newestVersion)
    throw new OperationError({
      code: 'STATE_TOO_NEW',
      summary:
        `the stack '${stack}' is newer than what this version of the Pulumi CLI understands. ` +
        'Please update your version of the Pulumi CLI',
      detail: `Its state has version ${version}; versions ${oldestVersion} to ${newestVersion} can be read.`,
    });
  if (version < oldestVersion)
    throw new OperationError({
      code: 'STATE_TOO_OLD',
      summary: `the stack '${stack}' is too old to be used by this version of the Pulumi CLI`,
      detail: `Its state has version ${version}; versions ${oldestVersion} to ${newestVersion} can be read.`,
    });
}

function refuseUnknownFeatures(features: readonly string[], stack: string): void {
  const unknown = features.filter((feature) => !(knownFeatures as readonly string[]).includes(feature));
  if (unknown.length > 0)
    throw new OperationError({
      code: 'STATE_FEATURES_UNSUPPORTED',
      summary: `the stack '${stack}' uses unsupported features: ${unknown.join(', ')}`,
      remedy: 'Update Radiant, or use the tool that wrote the state.',
    });
}

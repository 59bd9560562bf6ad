import {
  bareGoal,
  emptyMap,
  type Goal,
  lowerOutputValues,
  OperationError,
  type PropertyMap,
  propertyEquals,
  type ReadResourceRequest,
  type ReadResourceResult,
  type ResourceState,
  type SnapshotChange,
  Unknown,
  type Urn,
} from '@radiant/model';
import { noDifference } from '../compare/compare-resource.ts';
import { decideStep, runsAnyway, type StepDecision, type StepFacts } from '../decide/decide-step.ts';
import { claimNewKey, replaceMarker, supersede } from '../execute/replacement.ts';
import { runStep } from '../execute/run-step.ts';
import { assertInputsBounded } from '../operation/assert-bounded.ts';
import type { Recorded } from '../operation/ledger.ts';
import { noteFailure } from '../operation/note-failure.ts';
import { callContext, type Operation } from '../operation/operation.ts';
import { stepInfo } from '../operation/reporter.ts';
import { readThing } from '../provider/provider-calls.ts';
import { recordable } from '../provider/recordable.ts';
import { inheritedProvider, resolveProvider } from '../provider/resolve-provider.ts';
import { claimRecord } from './claim-record.ts';
import { isSameRecord, newState } from './new-state.ts';
import { isBlocked, isSelected, passOver, skippedNeeds } from './pass-over.ts';
import { recordOf } from './plan-registration.ts';
import { soundGoal } from './recorded-circle.ts';
import { conclude, type Registration } from './registration.ts';
import { renameRecords } from './rename-records.ts';
import { hasUnknown, urnAfterFailure } from './replies.ts';
import { claimUrn, withParent } from './resolve-goal.ts';

/** Reads what somebody else owns and records it as external (Pulumi: ReadResource). */
export async function readResource(operation: Operation, request: ReadResourceRequest): Promise<ReadResourceResult> {
  let registration: Registration | undefined;
  try {
    operation.progress.assertMayBegin();
    assertInputsBounded(request, request.inputs);
    registration = claimUrn(operation, withParent(operation, readGoal(operation, request)));
    const scope = isSelected(operation, registration) ? 'in' : 'out';
    const absence = absenceOf(operation, registration.goal, request);
    if (absence !== undefined) {
      registration.absence = absence;
      await claimRecord(operation, registration);
      return unknownReply(registration.urn);
    }
    const provider = await serve(operation, registration);
    const recorded = await claimRecord(operation, registration);
    const decision = decideStep(readFacts(operation, recorded?.state, request.id, scope));
    if (decision === 'leave') return await leave(operation, registration, recorded);
    const goal = soundGoal(operation, registration, recorded);
    if (registration.aliasOf !== undefined && runsAnyway(decision))
      await renameRecords(operation, registration, registration.aliasOf);
    return await read(operation, registration, request, { goal, provider, recorded, decision });
  } catch (error) {
    const noted = noteFailure(operation, registration, error);
    const reply = unknownReply(urnAfterFailure(operation, registration, noted));
    return operation.isPreview ? reply : { ...reply, outcome: 'failed' };
  } finally {
    registration?.ended?.();
  }
}

/** What is ours is not given up by an operation that is not to touch it; the program is told what is recorded. */
async function leave(
  operation: Operation,
  registration: Registration,
  recorded: Recorded | undefined,
): Promise<ReadResourceResult> {
  const result = await passOver(operation, registration, recorded);
  if (result === undefined) return unknownReply(registration.urn);
  conclude(registration, result);
  return { urn: result.state.urn, outputs: result.state.outputs };
}

/** Why nothing is read. */
function absenceOf(operation: Operation, goal: Goal, request: ReadResourceRequest): Registration['absence'] {
  if (isBlocked(operation, goal)) return 'blocked';
  return leansOnNothing(operation, goal, request) ? 'skipped' : undefined;
}

function unknownReply(urn: Urn): ReadResourceResult {
  return { urn, outputs: emptyMap, isUnknown: true };
}

/** Only what was not made has no id and cannot be leaned on; in a preview, what is yet to be made has none either. */
function leansOnNothing(operation: Operation, goal: Goal, { id }: ReadResourceRequest): boolean {
  return (!operation.isPreview && id === undefined) || skippedNeeds(operation, goal).length > 0;
}

function readGoal(operation: Operation, request: ReadResourceRequest): Goal {
  const { type, name, parent } = request;
  const provider = request.provider ?? inheritedProvider(operation, parent, type);
  return {
    ...bareGoal('custom', type, name, lowerOutputValues(request.inputs)),
    ...(parent === undefined ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
    plugin: operation.packages.pluginOf(request),
    dependencies: request.dependencies,
    additionalSecretOutputs: request.additionalSecretOutputs,
    ...(request.sourcePosition === undefined ? {} : { sourcePosition: request.sourcePosition }),
    stackTrace: request.stackTrace,
  };
}

async function serve(operation: Operation, { urn, goal }: Registration): Promise<string> {
  const { type: token, provider, plugin } = goal;
  return resolveProvider(operation, { token, name: urn, provider, plugin });
}

interface ReadPlan {
  /** What is to be recorded of it. */
  readonly goal: Goal;
  readonly provider: string;
  readonly recorded: Recorded | undefined;
  readonly decision: StepDecision;
}

async function read(
  operation: Operation,
  registration: Registration,
  request: ReadResourceRequest,
  { goal, provider, recorded, decision }: ReadPlan,
): Promise<ReadResourceResult> {
  const { urn } = registration;
  operation.scrubber.add(goal.inputs);
  if (decision === 'refuse-protected')
    throw new OperationError({
      code: 'RESOURCE_PROTECTED',
      summary: `unable to give up resource "${urn}", which the program now only reads, as it is protected`,
      remedy: `radiant state unprotect '${urn}'`,
      urn,
    });
  const isReplacement = decision === 'read-replacement';
  const old = recorded?.state;
  const key = recorded === undefined || isReplacement ? claimNewKey(operation) : recorded.key;
  let state = newState(urn, goal, provider, { ownership: 'external', id: request.id ?? '', inputs: goal.inputs });
  const info = () =>
    stepInfo(isReplacement ? 'read-replacement' : 'read', { ...(old === undefined ? {} : { old }), new: state });
  const { step } = await runStep(operation, info(), async (begin) => {
    state = await readState(operation, state, request, begin);
    const isNews = old === undefined || isReplacement || !isSameRecord(old, state);
    const changes: SnapshotChange[] = isNews ? [{ kind: 'put', key, state }] : [];
    if (isReplacement) changes.push(supersede(operation.ledger, recorded!.key));
    if (changes.length > 0) await operation.ledger.change(changes);
    return { step: info(), isCounted: isReplacement || hasNewOutputs(old, state) };
  });
  if (isReplacement) await replaceMarker(operation, noDifference, recorded!.state, state);
  conclude(registration, { key, state, step, isReplaced: isReplacement, hasUnknown: hasUnknown(operation, state) });
  return { urn, outputs: state.outputs };
}

/** Only a read that brings something new counts as a change (Pulumi: ShouldRecordReadStep). */
function hasNewOutputs(old: ResourceState | undefined, state: ResourceState): boolean {
  return old !== undefined && !propertyEquals(old.outputs, state.outputs);
}

function readFacts(
  { ignoresProtection }: Operation,
  old: ResourceState | undefined,
  id: string | undefined,
  scope: StepFacts['scope'],
): StepFacts {
  return {
    record: recordOf(old),
    goal: 'external',
    adoption: 'none',
    identity: isSameThing(old, id) ? 'same' : 'other',
    difference: 'none',
    readiness: 'ready',
    order: 'create-first',
    guard: old?.isProtected === true && !ignoresProtection ? 'protected' : 'free',
    scope,
  };
}

/** An id that a preview does not know yet is taken for that of what was read before, but not for that of what we own. */
function isSameThing(old: ResourceState | undefined, id: string | undefined): boolean {
  return id === undefined ? old?.ownership === 'external' : old?.id === id;
}

/** Without an id, which only a preview lacks, nothing can be read and all about it is unknown. */
async function readState(
  operation: Operation,
  planned: ResourceState,
  request: ReadResourceRequest,
  begin: () => void,
): Promise<ResourceState> {
  const { urn, type, inputs, provider } = planned;
  const handle = await operation.providers.handle(provider, planned.extension);
  if (request.id === undefined || !handle.isConfigured) return { ...planned, outputs: unknownOutputs(inputs, urn) };
  const { id, name } = request;
  const answer = await operation.stepping.run(() => {
    operation.progress.assertMayBegin();
    begin();
    return operation.progress.untilTerminated(
      readThing(handle, { urn, type, name, id, inputs, outputs: inputs }, callContext(operation, urn)),
    );
  });
  if (answer === undefined)
    throw new OperationError({ code: 'READ_NOT_FOUND', summary: `resource '${id}' does not exist`, urn });
  const read = { ...planned, id: answer.id, inputs: answer.inputs ?? inputs };
  const kept = recordable(operation, answer, read.inputs, request.additionalSecretOutputs);
  for (const message of kept.initErrors) operation.reporter.diagnose({ severity: 'warning', message, urn });
  return { ...read, ...kept };
}

function unknownOutputs(inputs: PropertyMap, urn: Urn): PropertyMap {
  return Object.fromEntries(
    Object.keys(inputs).map((property) => [property, new Unknown({ urn, property, after: 'read' })]),
  );
}

import { assert, emptyMap, type OperationSummary, type PropertyMap, type Snapshot, stackUrn } from '@radiant/model';
import { deleteUnregistered } from '../execute/delete-unregistered.ts';
import { plannedBy } from '../plan/planned.ts';
import { analyzeStack, closePolicies, loadPolicies, packVersions } from '../policy/enforce-policies.ts';
import { completeComponents, publishStackOutputs } from '../register/register-outputs.ts';
import { assertSelectionRecorded, assertTargetsFound } from '../select/assert-found.ts';
import { refreshesOnDeclaration } from '../select/mode.ts';
import { createOperation } from './create-operation.ts';
import { settleInDoubt } from './in-doubt.ts';
import type { Inspection } from './inspection.ts';
import type { Operation } from './operation.ts';
import { ReportedError } from './progress.ts';
import { forgetVanished, refreshAll, refreshBeforeDeletion, refreshUndeclared } from './refresh.ts';
import type { OperationOutcome, OperationPorts, OperationRequest } from './request.ts';
import { hasComeToItsEnd, type RunningProgram, startProgram } from './run-program.ts';
import { assertIntegrity, integrityProblem } from './verify.ts';

/**
 * Runs one operation on one stack: plans it, and unless it is a preview, carries it out and records it in the journal.
 * What the person must know is in the events; the outcome says how it ended. Throws OperationError when the recorded
 * state does not hold together, and what the journal threw when it could not be written.
 */
export async function runOperation(request: OperationRequest, ports: OperationPorts): Promise<OperationOutcome> {
  assertIntegrity(request.snapshot, request.stack);
  const startedMs = ports.clock.nowMs();
  const { operation, inspection } = createOperation(request, ports);
  if (ports.policies !== undefined) operation.reporter.emit({ kind: 'policies-loading' });
  operation.reporter.emit({ kind: 'prelude', config: maskedConfig(request) });
  try {
    await carryOut(operation, inspection);
  } catch (error) {
    operation.progress.absorb(error);
  }
  await closePlugins(operation);
  return conclude(operation, startedMs);
}

async function closePlugins(operation: Operation): Promise<void> {
  const { providers, progress } = operation;
  try {
    await progress.untilTerminated(Promise.all([providers.close(), closePolicies(operation)]));
  } catch (error) {
    progress.absorb(error);
  }
}

async function carryOut(operation: Operation, inspection: Inspection): Promise<void> {
  assertSelectionRecorded(operation);
  if (operation.request.options?.runProgram === true) return update(operation, inspection);
  switch (operation.request.kind) {
    case 'refresh':
      operation.progress.goOnAfterFailures();
      await settleInDoubt(operation);
      return refreshAll(operation);
    case 'destroy':
      await prepare(operation);
      await refreshBeforeDeletion(operation);
      if (operation.progress.isFailed && !operation.isPreview) throw new ReportedError('the preparation failed');
      operation.progress.goOnAfterFailures();
      return deleteUnregistered(operation);
    case 'preview':
    case 'up':
      return update(operation, inspection);
  }
}

/** What must be settled before anything is planned. Throws ReportedError when it failed. */
async function prepare(operation: Operation): Promise<void> {
  await settleInDoubt(operation);
  if (operation.request.options?.refresh === true && !refreshesOnDeclaration(operation)) await refreshAll(operation);
  if (operation.progress.isFailed && !operation.isPreview) throw new ReportedError('the preparation failed');
}

/** Nothing is declared before the policies are there to look at it. */
async function prepareUpdate(operation: Operation): Promise<void> {
  await Promise.all([loadPolicies(operation), prepare(operation)]);
}

async function update(operation: Operation, inspection: Inspection): Promise<void> {
  const runner = operation.ports.program;
  assert(runner !== undefined, 'an update has a program to run');
  const preparation = prepareUpdate(operation);
  const program = startProgram(operation, runner, preparation);
  try {
    await preparation;
    await program.declared();
    await finishUpdate(operation, inspection);
  } finally {
    await endProgram(operation, program);
  }
}

/** Deletions come last, and only when everything else has succeeded. */
async function finishUpdate(operation: Operation, inspection: Inspection): Promise<void> {
  const { progress, isPreview } = operation;
  await inspection.tell(operation);
  const goesOn = isPreview || operation.request.options?.continueOnError === true || !progress.isFailed;
  const isDeclaredWhole = !progress.isCancelled && !progress.isProgramCut && goesOn && hasComeToItsEnd(operation);
  if (isDeclaredWhole) {
    assertTargetsFound(operation);
    await completeComponents(operation);
    progress.goOnAfterFailures();
    await finishUndeclared(operation);
  }
  await forgetVanished(operation);
  const stack = operation.registrations.get(stackUrn(operation.request.stack, operation.request.project));
  if (stack !== undefined)
    await publishStackOutputs(operation, stack, isDeclaredWhole && (isPreview || !progress.isFailed));
  if (isDeclaredWhole && !progress.isFailed) await analyzeStack(operation);
}

/** What becomes of that which the program has not declared. */
async function finishUndeclared(operation: Operation): Promise<void> {
  if (operation.request.kind === 'refresh') return refreshUndeclared(operation);
  await refreshBeforeDeletion(operation);
  return deleteUnregistered(operation);
}

async function endProgram(operation: Operation, program: RunningProgram): Promise<void> {
  try {
    await program.finish();
  } catch (error) {
    operation.progress.absorb(error);
  }
}

function conclude(operation: Operation, startedMs: number): OperationOutcome {
  const { progress, reporter, request, ledger, isPreview, ports } = operation;
  if (progress.bug !== undefined) throw progress.bug;
  const snapshot = isPreview || !ledger.isChanged ? request.snapshot : ledger.snapshot();
  const problem = snapshot === request.snapshot ? undefined : integrityProblem(snapshot);
  if (problem !== undefined) {
    progress.fail();
    reporter.diagnose({ severity: 'error', message: problem });
  }
  const result = progress.isCancelled ? 'cancelled' : progress.isFailed ? 'failed' : 'succeeded';
  const noun = isPreview ? 'preview' : 'update';
  if (result === 'cancelled') reporter.diagnose({ severity: 'error', message: `${noun} canceled` });
  else if (progress.hasFailedStep) reporter.diagnose({ severity: 'error', message: `${noun} failed` });
  const summary: OperationSummary = {
    kind: request.kind,
    isPreview,
    result,
    durationMs: ports.clock.nowMs() - startedMs,
    changes: reporter.changes,
    isMaybeCorrupt: progress.isMaybeCorrupt,
    policyPacks: packVersions(operation),
  };
  reporter.emit({ kind: 'summary', summary });
  const { changes, diagnostics } = reporter;
  const plan = result === 'succeeded' ? plannedBy(operation) : undefined;
  return {
    result,
    summary,
    changes,
    snapshot,
    stackOutputs: stackOutputs(operation, snapshot),
    ...(plan === undefined ? {} : { plan }),
    diagnostics,
  };
}

function stackOutputs({ stackOutputs: declared, request }: Operation, snapshot: Snapshot): PropertyMap {
  // A destruction may have run the program, whose outputs are gone with the stack.
  if (declared !== undefined && request.kind !== 'destroy') return declared;
  const urn = stackUrn(request.stack, request.project);
  return snapshot.resources.find((state) => state.urn === urn)?.outputs ?? emptyMap;
}

function maskedConfig({ config, configSecretKeys }: OperationRequest): Record<string, string> {
  const secrets = new Set(configSecretKeys);
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, secrets.has(key) ? '[secret]' : value]));
}

import {
  type EnforcementLevel,
  type PolicyFinding,
  type PolicyPack,
  type PolicySummary,
  type PolicyVerdict,
  type PropertyMap,
  type Remediation,
  stackUrn,
  type Urn,
} from '@radiant/model';
import { noteFailure } from '../operation/note-failure.ts';
import type { Operation } from '../operation/operation.ts';
import { ReportedError } from '../operation/progress.ts';
import type { Checked } from './checked.ts';
import { type PolicyEvent, remediationEvent, summaryEvent, violationEvent } from './policy-events.ts';
import { policyResource, policyStackResource } from './policy-resource.ts';
import { restored } from './restored.ts';

/** Starts the policy packs, before anything is declared. Throws ReportedError when one cannot be had. */
export async function loadPolicies(operation: Operation): Promise<void> {
  const { ports, scrubber, monitor } = operation;
  if (ports.policies === undefined) return;
  const engine = { monitor: monitor.pluginMonitor, mask: (text: string) => scrubber.scrub(text) };
  try {
    operation.policyPacks = await ports.policies.load(engine);
  } catch (error) {
    noteFailure(operation, undefined, error);
    throw new ReportedError('a policy pack could not be had');
  }
}

export async function closePolicies({ policyPacks }: Operation): Promise<void> {
  await Promise.all(policyPacks.map((pack) => pack.close()));
}

/** The packs of an operation as its summary names them. */
export function packVersions({ policyPacks }: Operation): { readonly [pack: string]: string } {
  return Object.fromEntries(policyPacks.map(({ name, place, version }) => [`${name}|local|${place}`, version]));
}

/**
 * The inputs of a resource as its policies leave them: each pack repairs what the one before it left, then all look at the
 * result (engine reference 5.2). Throws ReportedError when they break a mandatory policy; a preview goes on, to show all
 * of them.
 */
export async function inputsByPolicy(operation: Operation, checked: Checked): Promise<PropertyMap> {
  if (operation.policyPacks.length === 0) return checked.inputs;
  const inputs = await repaired(operation, checked, (event) => operation.reporter.emit(event));
  const resource = policyResource(operation, { ...checked, inputs });
  const isBroken = await judge(operation, 'analyze', (pack) => pack.analyze(resource), resource.urn);
  if (isBroken && !operation.isPreview) throw new ReportedError(`resource ${resource.urn} is invalid`);
  return inputs;
}

/** As `inputsByPolicy`, of a resource of which all has been told: one that is to be replaced is checked twice. */
export function inputsByPolicyAgain(operation: Operation, checked: Checked): Promise<PropertyMap> {
  return repaired(operation, checked, () => {});
}

/** Lets the policies of the stack look at all that is ours of it. */
export async function analyzeStack(operation: Operation): Promise<void> {
  const { policyPacks, registrations } = operation;
  if (policyPacks.length === 0) return;
  const resources = [...registrations.values()].flatMap((registration) => {
    const state = registration.result?.state;
    return state === undefined || state.ownership === 'external'
      ? []
      : [policyStackResource(operation, registration, state)];
  });
  try {
    await judge(operation, 'analyze-stack', (pack) => pack.analyzeStack(resources));
  } catch (error) {
    noteFailure(operation, undefined, error);
  }
}

async function repaired(
  operation: Operation,
  checked: Checked,
  tell: (event: PolicyEvent) => void,
): Promise<PropertyMap> {
  let { inputs } = checked;
  for (const pack of operation.policyPacks) {
    const resource = policyResource(operation, { ...checked, inputs });
    const verdict = await pack.remediate(resource);
    for (const remediation of verdict.results) {
      const { event, after } = applied(operation, { pack, urn: resource.urn }, remediation, inputs);
      tell(event);
      inputs = after;
    }
    tell(summaryEvent(pack, 'remediate', resource.urn, verdict));
  }
  return inputs;
}

function applied(
  { scrubber }: Operation,
  subject: { readonly pack: PolicyPack; readonly urn: Urn },
  { policy, description, outcome }: Remediation,
  before: PropertyMap,
): { readonly event: PolicyEvent; readonly after: PropertyMap } {
  if (outcome.kind === 'failed') {
    const finding = { policy, description, message: outcome.reason, level: 'advisory', severity: undefined } as const;
    return { event: violationEvent(scrubber, subject, finding), after: before };
  }
  const after = restored(before, outcome.properties);
  scrubber.add(after);
  return { event: remediationEvent(subject, policy, before, after), after };
}

/** Whether a policy is broken that must not be. `resource`: the one that the packs look at, when it is not the stack. */
async function judge(
  operation: Operation,
  phase: PolicySummary['phase'],
  ask: (pack: PolicyPack) => Promise<PolicyVerdict<PolicyFinding>>,
  resource?: Urn,
): Promise<boolean> {
  const { policyPacks, analyzing, reporter, scrubber, progress } = operation;
  const verdicts = await Promise.all(
    policyPacks.map(async (pack) => ({ pack, verdict: await analyzing.run(() => ask(pack)) })),
  );
  const findings = verdicts.flatMap(({ pack, verdict }) => {
    const found = verdict.results.map((finding) => ({ ...finding, level: reported(finding.level) }));
    for (const finding of found)
      reporter.emit(violationEvent(scrubber, { pack, urn: resource ?? subjectOf(operation, finding) }, finding));
    reporter.emit(summaryEvent(pack, phase, resource, verdict));
    return found;
  });
  const isBroken = findings.some(({ level }) => level === 'mandatory');
  if (isBroken) progress.failStep();
  return isBroken;
}

/** What was to be repaired and was not is as bad as what must not be. */
function reported(level: EnforcementLevel): EnforcementLevel {
  return level === 'remediate' ? 'mandatory' : level;
}

/** A policy of the stack may name the resource that it is about; what is none of this stack is about all of it. */
function subjectOf({ registrations, request }: Operation, { urn }: PolicyFinding): Urn {
  return urn !== undefined && registrations.has(urn) ? urn : stackUrn(request.stack, request.project);
}

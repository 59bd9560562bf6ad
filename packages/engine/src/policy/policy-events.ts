import type {
  EngineEvent,
  Policy,
  PolicyFinding,
  PolicyPack,
  PolicySummary,
  PolicyVerdict,
  PropertyMap,
  Remediation,
  Urn,
} from '@radiant/model';
import type { SecretScrubber } from '../operation/secret-scrubber.ts';

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'timeMs'> : never;
export type PolicyEvent = WithoutTime<Extract<EngineEvent, { kind: `policy-${string}` }>>;

interface Subject {
  readonly pack: PolicyPack;
  readonly urn: Urn;
}

/** That a policy is broken. Policies see secrets in the clear, and may speak of them. */
export function violationEvent(
  scrubber: SecretScrubber,
  { pack, urn }: Subject,
  { policy, description, message, level, severity }: Omit<PolicyFinding, 'urn'>,
): PolicyEvent {
  const violation = {
    pack: pack.name,
    packVersion: pack.version,
    policy,
    urn,
    description,
    message: scrubber.scrub(message),
    level,
    ...(severity === undefined ? {} : { severity }),
  };
  return { kind: 'policy-violated', violation };
}

export function remediationEvent(
  { pack, urn }: Subject,
  policy: string,
  before: PropertyMap,
  after: PropertyMap,
): PolicyEvent {
  const remediation = { pack: pack.name, packVersion: pack.version, policy, urn, before, after };
  return { kind: 'policy-remediated', remediation };
}

/** Which policies of a pack looked at something, and what they found. `urn`: undefined for the stack. */
export function summaryEvent(
  { name, version, policies }: PolicyPack,
  phase: PolicySummary['phase'],
  urn: Urn | undefined,
  { results, notApplicable }: PolicyVerdict<PolicyFinding | Remediation>,
): PolicyEvent {
  // Older packs do not say what their policies look at.
  const subjects: readonly Policy['subject'][] = [phase === 'analyze-stack' ? 'stack' : 'resource', 'unknown'];
  const failed = new Set(results.map(({ policy }) => policy));
  const passed = policies
    .filter((policy) => subjects.includes(policy.subject) && policy.level !== 'disabled')
    .map((policy) => policy.name)
    .filter((policy) => !failed.has(policy) && !notApplicable.includes(policy));
  const summary = { pack: name, packVersion: version, phase, passed: passed.sort(), failed: [...failed].sort() };
  return { kind: 'policy-summary', summary: urn === undefined ? summary : { ...summary, urn } };
}

import type { EngineEvent, StepInfo, Urn } from '@radiant/model';

/** One line for each event that tells something. The beginnings of steps are left out. */
export function describeEvents(events: readonly EngineEvent[]): string[] {
  return events.map(describeEvent).filter((line) => line !== undefined);
}

function describeEvent(event: EngineEvent): string | undefined {
  switch (event.kind) {
    case 'prelude':
    case 'step-started':
    case 'policies-loading':
    case 'debugging-started':
    case 'policy-summary':
      return undefined;
    case 'policy-violated': {
      const { level, policy, urn, message } = event.violation;
      return `${level} ${policy} on ${short(urn)}: ${message}`;
    }
    case 'policy-remediated':
      return `${event.remediation.policy} repairs ${short(event.remediation.urn)}`;
    case 'target':
      return `target: ${event.text}`;
    case 'diagnostic': {
      const { severity, message, urn, isEphemeral, isNote } = event.diagnostic;
      if (isEphemeral === true) return undefined;
      return `${isNote === true ? 'note' : severity}${urn === undefined ? '' : ` on ${short(urn)}`}: ${message}`;
    }
    case 'step-succeeded':
      return event.step.isInternal ? undefined : describeStep(event.step);
    case 'step-failed':
      return `${event.outcome === 'in-doubt' ? 'in doubt' : 'failed'}: ${describeStep(event.step)}`;
    case 'summary':
      return `${event.summary.result}${describeChanges(event.summary.changes)}`;
  }
}

function describeStep(step: StepInfo): string {
  const reasons = step.replaceKeys === undefined ? '' : ` because of ${step.replaceKeys.join(', ')}`;
  const diffs = step.diffs === undefined || step.replaceKeys !== undefined ? '' : ` (${step.diffs.join(', ')})`;
  return `${step.op} ${short(step.urn)}${reasons}${diffs}`;
}

function describeChanges(changes: { readonly [op: string]: number | undefined }): string {
  const parts = Object.entries(changes).map(([op, count]) => `${count} ${op}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

export function short(urn: Urn): string {
  return urn.split('::').slice(3).join('::');
}

import type { EngineEvent, PolicySummary } from '@radiant/model';
import { encodePrinted } from '@radiant/toolkit';
import { messageIn } from './colour-directives.ts';
import type { EventStyle } from './event-style.ts';

export type PolicyEvent = Extract<EngineEvent, { kind: `polic${string}` }>;

/** Events of policy packs as Pulumi's apitype has them (engine reference 8.5). */
export function policyPayload(event: PolicyEvent, { secrets, colour }: EventStyle): object {
  switch (event.kind) {
    case 'policies-loading':
      return { policyLoadEvent: {} };
    case 'policy-violated': {
      const { urn, message, policy, level, severity } = event.violation;
      return {
        policyEvent: {
          resourceUrn: urn,
          message: messageIn(colour, message),
          color: colour,
          policyName: policy,
          ...packOf(event.violation),
          enforcementLevel: level,
          ...(severity !== undefined && { severity }),
        },
      };
    }
    case 'policy-remediated': {
      const { urn, policy, before, after } = event.remediation;
      return {
        policyRemediationEvent: {
          resourceUrn: urn,
          color: 'raw',
          policyName: policy,
          ...packOf(event.remediation),
          before: encodePrinted(before, { mode: secrets }),
          after: encodePrinted(after, { mode: secrets }),
        },
      };
    }
    case 'policy-summary': {
      const { phase, urn, passed, failed } = event.summary;
      return {
        [summaryNames[phase]]: {
          ...(urn !== undefined && { resourceUrn: urn }),
          ...packOf(event.summary),
          ...(passed.length > 0 && { passed }),
          ...(failed.length > 0 && { failed }),
        },
      };
    }
  }
}

const summaryNames: { readonly [phase in PolicySummary['phase']]: string } = {
  remediate: 'policyRemediateSummaryEvent',
  analyze: 'policyAnalyzeSummaryEvent',
  'analyze-stack': 'policyAnalyzeStackSummaryEvent',
};

function packOf({ pack, packVersion }: Pick<PolicySummary, 'pack' | 'packVersion'>): object {
  return { policyPackName: pack, policyPackVersion: packVersion, policyPackVersionTag: packVersion };
}

import type {
  EnforcementLevel,
  Policy,
  PolicyFinding,
  PolicyPack,
  PolicyResource,
  PolicySeverity,
  PolicyStackResource,
  PolicyVerdict,
  PropertyMap,
  Remediation,
  Urn,
} from '@radiant/model';
import * as wire from '../messages/analyzer-messages.ts';
import { UrnList } from '../messages/common-messages.ts';
import { writeProperties } from '../properties/write-properties.ts';
import { readAnswer } from '../provider-client/answers.ts';
import type { MessageOf } from '../wire/message.ts';
import type { AnalyzerDescription, PolicySettings } from './analyzer-description.ts';
import type { AnalyzerRpc } from './analyzer-rpc.ts';

const levels: readonly EnforcementLevel[] = ['advisory', 'mandatory', 'disabled', 'remediate'];
const severities: readonly (PolicySeverity | undefined)[] = [undefined, 'low', 'medium', 'high', 'critical'];
const subjects: readonly Policy['subject'][] = ['unknown', 'resource', 'stack'];

/** One that we do not know yet is taken to be the strictest, so that nothing passes by mistake. */
export function enforcementLevelOf(number: number): EnforcementLevel {
  return levels[number] ?? 'mandatory';
}

export function enforcementNumber(level: EnforcementLevel): number {
  return levels.indexOf(level);
}

export function subjectOf(number: number): Policy['subject'] {
  return subjects[number] ?? 'unknown';
}

/** A policy pack in another process, configured. See `connectAnalyzer`. */
export class AnalyzerClient implements PolicyPack {
  readonly name: string;
  readonly version: string;
  readonly place: string;
  readonly policies: readonly Policy[];
  readonly #rpc: AnalyzerRpc;

  constructor(rpc: AnalyzerRpc, description: AnalyzerDescription, settings: ReadonlyMap<string, PolicySettings>) {
    this.#rpc = rpc;
    this.name = description.name;
    this.version = description.version;
    this.place = rpc.place;
    this.policies = description.policies.map(({ name, subject, level }) => ({
      name,
      subject,
      level: settings.get(name)?.level ?? level,
    }));
  }

  async remediate(resource: PolicyResource): Promise<PolicyVerdict<Remediation>> {
    const request = wire.AnalyzeRequest.of(resourceMessage(resource, resource.properties));
    const reply = await this.#rpc.call('Remediate', wire.AnalyzeRequest, wire.RemediateResponse, request);
    return { results: reply.remediations.flatMap(remediation), notApplicable: namesOf(reply) };
  }

  async analyze(resource: PolicyResource): Promise<PolicyVerdict<PolicyFinding>> {
    const request = wire.AnalyzeRequest.of(resourceMessage(resource, withoutInternal(resource.properties)));
    const reply = await this.#rpc.call('Analyze', wire.AnalyzeRequest, wire.AnalyzeResponse, request);
    return { results: reply.diagnostics.map(finding), notApplicable: namesOf(reply) };
  }

  async analyzeStack(resources: readonly PolicyStackResource[]): Promise<PolicyVerdict<PolicyFinding>> {
    const request = wire.AnalyzeStackRequest.of({ resources: resources.map(stackResourceMessage) });
    const reply = await this.#rpc.call('AnalyzeStack', wire.AnalyzeStackRequest, wire.AnalyzeResponse, request);
    return { results: reply.diagnostics.map(finding), notApplicable: namesOf(reply) };
  }

  close(): Promise<void> {
    return this.#rpc.close();
  }
}

function resourceMessage({ urn, type, name, options, provider }: PolicyResource, properties: PropertyMap) {
  const { create = 0, update = 0, delete: remove = 0, read = 0 } = options.customTimeouts;
  return {
    urn,
    type,
    name,
    properties: writeProperties(properties),
    options: {
      protect: options.protect,
      ignoreChanges: [...options.ignoreChanges],
      deleteBeforeReplace: options.deleteBeforeReplace ?? false,
      deleteBeforeReplaceDefined: options.deleteBeforeReplace !== undefined,
      additionalSecretOutputs: [...options.additionalSecretOutputs],
      aliases: [...options.aliases],
      customTimeouts: { create, update, delete: remove, read },
      parent: options.parent ?? '',
    },
    provider: provider && { ...provider, properties: writeProperties(withoutInternal(provider.properties)) },
  };
}

function stackResourceMessage(resource: PolicyStackResource) {
  const { properties, options, dependencies, propertyDependencies } = resource;
  return {
    ...resourceMessage(resource, withoutInternal(properties)),
    parent: options.parent ?? '',
    dependencies: [...dependencies],
    propertyDependencies: new Map(
      Object.entries(propertyDependencies).map(([name, urns]) => [name, UrnList.of({ urns: [...urns] })]),
    ),
  };
}

/** What the engine notes among properties is none of a policy's business. */
function withoutInternal(properties: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith('__')));
}

type WireFinding = MessageOf<typeof wire.AnalyzeResponse>['diagnostics'][number];

function finding({ policyName, description, message, enforcementLevel, severity, urn }: WireFinding): PolicyFinding {
  return {
    policy: policyName,
    description,
    message,
    level: enforcementLevelOf(enforcementLevel),
    severity: severities[severity],
    urn: urn === '' ? undefined : (urn as Urn),
  };
}

type WireRemediation = MessageOf<typeof wire.RemediateResponse>['remediations'][number];

/** One that neither repairs nor complains has nothing to say. */
function remediation({ policyName, description, properties, diagnostic }: WireRemediation): Remediation[] {
  const about = { policy: policyName, description };
  if (diagnostic !== '') return [{ ...about, outcome: { kind: 'failed', reason: diagnostic } }];
  if (properties === undefined) return [];
  return [{ ...about, outcome: { kind: 'repaired', properties: readAnswer(properties) } }];
}

function namesOf({ notApplicable }: Pick<MessageOf<typeof wire.AnalyzeResponse>, 'notApplicable'>): readonly string[] {
  return notApplicable.map(({ policyName }) => policyName);
}

import {
  type Alias,
  type CallRequest,
  type CallResult,
  type ConstructRequest,
  type ConstructResult,
  type CustomTimeouts,
  isUrn,
  OperationError,
  type OperationInfo,
  type PropertyMap,
  setOwn,
  type Urn,
} from '@radiant/model';
import type { UrnList } from '../messages/common-messages.ts';
import { Alias as WireAlias } from '../messages/common-messages.ts';
import type { CallResponse, ConstructResponse } from '../messages/provider-messages.ts';
import { CallRequest as WireCall, ConstructRequest as WireConstruct } from '../messages/provider-messages.ts';
import { encodeUrnLists } from '../monitor/urn-lists.ts';
import { readProperties } from '../properties/read-properties.ts';
import { writePropertyValue } from '../properties/write-properties.ts';
import type { MessageOf } from '../wire/message.ts';

type Write = (values: PropertyMap) => Buffer;

/** What Construct is told of a component: all that the program said of it (Pulumi: plugin.ConstructRequest). */
export function constructMessage(
  { goal }: ConstructRequest,
  info: OperationInfo,
  monitorEndpoint: string,
  write: Write,
): MessageOf<typeof WireConstruct> {
  return WireConstruct.of({
    ...operationFields(info, monitorEndpoint),
    type: goal.type,
    name: goal.name,
    parent: goal.parent ?? '',
    inputs: write(goal.inputs),
    inputDependencies: encodeUrnLists(goal.propertyDependencies),
    protect: goal.protect,
    providers: new Map(Object.entries(goal.providers)),
    dependencies: goal.dependencies,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    customTimeouts: timeouts(goal.customTimeouts),
    deletedWith: goal.deletedWith ?? '',
    deleteBeforeReplace: goal.deleteBeforeReplace,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    retainOnDelete: goal.retainOnDelete,
    resourceHooks: goal.hooks,
    replaceWith: goal.replaceWith,
    aliases: goal.aliases.map(wireAlias),
    replacementTrigger: goal.replacementTrigger === undefined ? undefined : writePropertyValue(goal.replacementTrigger),
  });
}

export function constructResult({
  urn,
  state,
  stateDependencies,
}: MessageOf<typeof ConstructResponse>): ConstructResult {
  if (!isUrn(urn)) throw notAUrn('Construct', urn);
  return { urn, outputs: readProperties(state), propertyDependencies: urnLists('Construct', stateDependencies) };
}

export function callMessage(
  { token, args, argDependencies }: CallRequest,
  info: OperationInfo,
  monitorEndpoint: string,
  write: Write,
): MessageOf<typeof WireCall> {
  return WireCall.of({
    ...operationFields(info, monitorEndpoint),
    token,
    args: write(args),
    argDependencies: encodeUrnLists(argDependencies),
  });
}

export function callResult(reply: MessageOf<typeof CallResponse>): CallResult {
  return {
    result: readProperties(reply.return),
    resultDependencies: urnLists('Call', reply.returnDependencies),
    failures: reply.failures,
  };
}

function operationFields(info: OperationInfo, monitorEndpoint: string) {
  return {
    project: info.project,
    stack: info.stack,
    organization: info.organization,
    config: new Map(Object.entries(info.config)),
    configSecretKeys: info.configSecretKeys,
    dryRun: info.isDryRun,
    parallel: Math.max(0, Math.min(Math.trunc(info.parallel), 2 ** 31 - 1)),
    monitorEndpoint,
    acceptsOutputValues: true,
  };
}

/** In Go's notation: `90s`; empty for what is left to the provider. */
function timeouts(limits: CustomTimeouts) {
  const text = (seconds: number | undefined) => (seconds === undefined ? '' : `${seconds}s`);
  return {
    create: text(limits.create),
    update: text(limits.update),
    delete: text(limits.delete),
    read: text(limits.read),
  };
}

function wireAlias(alias: Alias): WireAlias {
  if (alias.kind === 'urn') return WireAlias.of({ urn: alias.urn });
  const { name = '', type = '', stack = '', project = '', parent } = alias;
  return WireAlias.of({
    spec: {
      name,
      type,
      stack,
      project,
      parentUrn: parent?.kind === 'urn' ? parent.urn : undefined,
      noParent: parent?.kind === 'none' ? true : undefined,
    },
  });
}

function urnLists(method: string, map: ReadonlyMap<string, UrnList>): { readonly [name: string]: readonly Urn[] } {
  const lists: Record<string, readonly Urn[]> = {};
  for (const [name, { urns }] of map) {
    setOwn(
      lists,
      name,
      urns.map((urn) => {
        if (!isUrn(urn)) throw notAUrn(method, urn);
        return urn;
      }),
    );
  }
  return lists;
}

function notAUrn(method: string, text: string): OperationError {
  return new OperationError({
    code: 'PROVIDER_ANSWER_INVALID',
    summary: `the provider answered ${method} with "${text.slice(0, 200)}" where a URN was expected`,
    detail: 'This is a fault of the provider.',
  });
}

import {
  type CallRequest,
  type CallResult,
  type ConstructRequest,
  type ConstructResult,
  isUrn,
  type OperationInfo,
  type PropertyMap,
  setOwn,
  type Urn,
} from '@radiant/model';
import type { UrnList } from '../messages/common-messages.ts';
import type { CallResponse, ConstructResponse } from '../messages/provider-messages.ts';
import { CallRequest as WireCall, ConstructRequest as WireConstruct } from '../messages/provider-messages.ts';
import { encodeAlias, encodeCustomTimeouts } from '../monitor/encode-options.ts';
import { encodeUrnLists } from '../monitor/urn-lists.ts';
import { writePropertyValue } from '../properties/write-properties.ts';
import type { MessageOf } from '../wire/message.ts';
import { readAnswer, UnreadableAnswerError } from './answers.ts';

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
    customTimeouts: encodeCustomTimeouts(goal.customTimeouts),
    deletedWith: goal.deletedWith ?? '',
    deleteBeforeReplace: goal.deleteBeforeReplace,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    retainOnDelete: goal.retainOnDelete,
    resourceHooks: goal.hooks,
    replaceWith: goal.replaceWith,
    aliases: goal.aliases.map(encodeAlias),
    replacementTrigger: goal.replacementTrigger === undefined ? undefined : writePropertyValue(goal.replacementTrigger),
  });
}

export function constructResult({
  urn,
  state,
  stateDependencies,
}: MessageOf<typeof ConstructResponse>): ConstructResult {
  if (!isUrn(urn)) throw notAUrn('Construct', urn);
  return {
    urn,
    outputs: readAnswer(state, { outputs: 'keep' }),
    propertyDependencies: urnLists('Construct', stateDependencies),
  };
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
    result: readAnswer(reply.return, { outputs: 'keep' }),
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

function notAUrn(method: string, text: string): UnreadableAnswerError {
  return new UnreadableAnswerError(`${method} has "${text.slice(0, 200)}" where a URN was expected`);
}

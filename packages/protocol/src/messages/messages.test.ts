import { describe, expect, it } from 'vitest';
import { type GeneratedType, generated, generatedStruct } from '../../test/messages-of-pulumi.ts';
import { writeProperties, writePropertyValue } from '../properties/write-properties.ts';
import type { MessageType } from '../wire/message.ts';
import * as analyzer from './analyzer-messages.ts';
import * as callbacks from './callback-messages.ts';
import * as common from './common-messages.ts';
import * as engine from './engine-messages.ts';
import * as provider from './provider-messages.ts';
import * as resource from './resource-messages.ts';

/** A message with every field set, to be understood by the SDK's generated code exactly as by ours. */
interface Sample {
  readonly name: string;
  readonly type: MessageType<object>;
  readonly judge: GeneratedType | undefined;
  readonly fields: { readonly [field: string]: unknown };
}

function sample<T extends object>(
  file: string,
  name: string,
  type: MessageType<T>,
  fields: Required<{ [field in keyof T]: T[field] }>,
): Sample {
  const judge = name
    .split('.')
    .reduce<unknown>((found, part) => (found as Record<string, unknown>)[part], generated[file]);
  return {
    name,
    type: type as unknown as MessageType<object>,
    judge: judge as GeneratedType,
    fields: fields as Sample['fields'],
  };
}

const struct = (value: Parameters<typeof writeProperties>[0]) => writeProperties(value);
const position = { uri: 'file:///index.ts', line: 3, column: 4 };
const stackTrace = { frames: [{ pc: position }, { pc: undefined }] };
const spec = { name: 'n', type: 't', stack: 's', project: 'p', parentUrn: 'urn:parent', noParent: undefined };
const analyzerOptions = {
  protect: true,
  ignoreChanges: ['a'],
  deleteBeforeReplace: true,
  deleteBeforeReplaceDefined: true,
  additionalSecretOutputs: ['b'],
  aliases: ['u'],
  customTimeouts: { create: 1, update: 2, delete: 3.5, read: 4 },
  parent: 'p',
};
const analyzerProvider = { type: 't', properties: struct({ r: 'e' }), urn: 'u', name: 'n' };
const callback = { target: '127.0.0.1:1', token: 'k' };
const checksums = new Map([['linux-amd64', new Uint8Array([1, 2, 255])]]);
const urnLists = new Map([
  ['a', { urns: ['urn:1', 'urn:2'] }],
  ['none', { urns: [] }],
]);

const hooks = {
  beforeCreate: ['1'],
  afterCreate: ['2'],
  beforeUpdate: ['3'],
  afterUpdate: ['4'],
  beforeDelete: ['5'],
  afterDelete: ['6'],
  onError: ['7'],
};
const resourceOptions = {
  dependsOn: ['d1', 'd2'],
  protect: false,
  ignoreChanges: ['i'],
  replaceOnChanges: ['ro'],
  version: '1',
  aliases: [{ urn: undefined, spec }],
  provider: 'pr',
  customTimeouts: { create: '1m', update: '2m', delete: '3m', read: '4m' },
  pluginDownloadUrl: 'pd',
  retainOnDelete: true,
  deletedWith: 'dw',
  deleteBeforeReplace: false,
  additionalSecretOutputs: ['s'],
  providers: new Map([['k', 'ref']]),
  pluginChecksums: checksums,
  hooks,
  importId: 'im',
  hideDiff: ['h'],
  replaceWith: ['rw'],
  replacementTrigger: writePropertyValue(['x', 1]),
};
const hookOptions = { ...resourceOptions, parent: 'p' };

const samples: readonly Sample[] = [
  sample('callback', 'CallbackInvokeRequest', callbacks.CallbackInvokeRequest, {
    token: 't',
    request: new Uint8Array([0, 1, 255]),
  }),
  sample('callback', 'CallbackInvokeResponse', callbacks.CallbackInvokeResponse, {
    response: new Uint8Array([0, 1, 255]),
  }),
  sample('resource', 'TransformRequest', callbacks.TransformRequest, {
    type: 't',
    name: 'n',
    custom: true,
    parent: 'p',
    properties: struct({ a: 1 }),
    options: resourceOptions,
  }),
  sample('resource', 'TransformResponse', callbacks.TransformResponse, {
    properties: struct({ a: 1 }),
    options: resourceOptions,
  }),
  sample('resource', 'TransformInvokeRequest', callbacks.TransformInvokeRequest, {
    token: 't',
    args: struct({ a: 1 }),
    options: { provider: 'p', pluginDownloadUrl: 'u', version: '1', pluginChecksums: checksums },
  }),
  sample('resource', 'TransformInvokeResponse', callbacks.TransformInvokeResponse, {
    args: struct({ a: 1 }),
    options: { provider: 'p', pluginDownloadUrl: 'u', version: '1', pluginChecksums: checksums },
  }),
  sample('resource', 'RegisterResourceHookRequest', callbacks.RegisterResourceHookRequest, {
    name: 'n',
    callback,
    onDryRun: true,
    ignoreErrors: true,
  }),
  sample('resource', 'RegisterErrorHookRequest', callbacks.RegisterErrorHookRequest, { name: 'n', callback }),
  sample('resource', 'ResourceHookRequest', callbacks.ResourceHookRequest, {
    urn: 'u',
    id: 'i',
    name: 'n',
    type: 't',
    newInputs: struct({ a: 1 }),
    oldInputs: struct({ a: 2 }),
    newOutputs: struct({ a: 3 }),
    oldOutputs: struct({ a: 4 }),
    oldOptions: hookOptions,
    newOptions: hookOptions,
  }),
  sample('resource', 'ResourceHookResponse', callbacks.ResourceHookResponse, { error: 'e' }),
  sample('resource', 'ErrorHookRequest', callbacks.ErrorHookRequest, {
    urn: 'u',
    id: 'i',
    name: 'n',
    type: 't',
    newInputs: struct({ a: 1 }),
    oldInputs: struct({ a: 2 }),
    oldOutputs: struct({ a: 4 }),
    failedOperation: 'create',
    errors: ['e2', 'e1'],
    oldOptions: hookOptions,
    newOptions: hookOptions,
  }),
  sample('resource', 'ErrorHookResponse', callbacks.ErrorHookResponse, { error: 'e', retry: true }),
  sample('source', 'StackTrace', common.StackTrace, stackTrace),
  sample('alias', 'Alias', common.Alias, { urn: undefined, spec }),
  sample('provider', 'CheckFailure', common.CheckFailure, { property: 'p', reason: 'r' }),
  sample('resource', 'DeploymentInfo', resource.DeploymentInfo, {
    project: 'p',
    stack: 's',
    organization: 'o',
    config: new Map([
      ['a:b', 'c'],
      ['a:empty', ''],
    ]),
    configSecretKeys: ['a:b'],
    dryRun: true,
    parallel: 2 ** 31 - 1,
    supportedFeatures: [0, 1, 15, 300],
  }),
  sample('resource', 'SupportsFeatureRequest', resource.SupportsFeatureRequest, { id: 'secrets' }),
  sample('resource', 'SupportsFeatureResponse', resource.SupportsFeatureResponse, { hasSupport: true }),
  sample('resource', 'ExistsResourceRequest', resource.ExistsResourceRequest, {
    type: 't',
    id: 'i',
    parent: 'p',
    properties: struct({ a: 1 }),
    provider: 'r',
    version: '1',
    pluginDownloadUrl: 'u',
    pluginChecksums: new Map([['linux-amd64', Uint8Array.of(1, 2)]]),
    packageRef: 'k',
  }),
  sample('resource', 'ExistsResourceResponse', resource.ExistsResourceResponse, { exists: true, unknown: true }),
  sample('resource', 'ReadResourceRequest', resource.ReadResourceRequest, {
    id: 'i',
    type: 't',
    name: 'n',
    parent: 'p',
    properties: struct({ a: 1 }),
    dependencies: ['d'],
    provider: 'p',
    version: '1',
    acceptSecrets: true,
    additionalSecretOutputs: ['x'],
    acceptResources: true,
    pluginDownloadUrl: 'u',
    sourcePosition: position,
    pluginChecksums: checksums,
    packageRef: 'r',
    stackTrace,
  }),
  sample('resource', 'ReadResourceResponse', resource.ReadResourceResponse, {
    urn: 'u',
    properties: struct({ a: null }),
    result: 1,
    unknown: true,
  }),
  sample('resource', 'RegisterResourceRequest', resource.RegisterResourceRequest, {
    type: 't',
    name: 'n',
    parent: 'p',
    custom: true,
    object: struct({ a: [1, 'x', { b: false }] }),
    protect: false,
    dependencies: ['d1', 'd2'],
    provider: 'pr',
    propertyDependencies: urnLists,
    deleteBeforeReplace: true,
    version: '1',
    ignoreChanges: ['i'],
    acceptSecrets: true,
    additionalSecretOutputs: ['s'],
    aliasUrns: ['au'],
    importId: 'im',
    customTimeouts: { create: '1m', update: '2m', delete: '3m', read: '4m' },
    deleteBeforeReplaceDefined: true,
    supportsPartialValues: true,
    remote: true,
    acceptResources: true,
    providers: new Map([['k', 'ref']]),
    replaceOnChanges: ['ro'],
    pluginDownloadUrl: 'pd',
    retainOnDelete: true,
    aliases: [
      { urn: 'u', spec: undefined },
      { urn: undefined, spec: { ...spec, parentUrn: undefined, noParent: true } },
    ],
    deletedWith: 'dw',
    aliasSpecs: true,
    sourcePosition: position,
    pluginChecksums: checksums,
    transforms: [callback],
    supportsResultReporting: true,
    packageRef: 'ref',
    hooks,
    stackTrace,
    hideDiffs: ['h'],
    replaceWith: ['rw'],
    replacementTrigger: writePropertyValue(['x', 1]),
    envVarMappings: new Map([['NEW', 'OLD']]),
    stateMigrations: [callback],
  }),
  sample('resource', 'RegisterResourceResponse', resource.RegisterResourceResponse, {
    urn: 'u',
    id: 'i',
    object: struct({ a: 'é' }),
    stable: true,
    stables: ['s'],
    propertyDependencies: urnLists,
    result: 1,
    unknown: true,
  }),
  sample('resource', 'RegisterResourceOutputsRequest', resource.RegisterResourceOutputsRequest, {
    urn: 'u',
    outputs: struct({}),
  }),
  sample('resource', 'ResourceInvokeRequest', resource.ResourceInvokeRequest, {
    token: 't',
    args: struct({ a: true }),
    provider: 'p',
    version: '1',
    acceptResources: true,
    pluginDownloadUrl: 'u',
    sourcePosition: position,
    pluginChecksums: checksums,
    packageRef: 'r',
    stackTrace,
    dependsOn: ['d'],
    parent: 'p',
  }),
  sample('resource', 'ResourceInvokeResponse', resource.ResourceInvokeResponse, {
    return: struct({ a: 1.5 }),
    failures: [{ property: 'p', reason: 'r' }],
    unknown: true,
  }),
  sample('engine', 'LogRequest', engine.LogRequest, {
    severity: 3,
    message: 'm',
    urn: 'u',
    streamId: -7,
    ephemeral: true,
  }),
  sample('engine', 'GetRootResourceResponse', engine.GetRootResourceResponse, { urn: 'u' }),
  sample('engine', 'SetRootResourceRequest', engine.SetRootResourceRequest, { urn: 'u' }),
  sample('engine', 'StartDebuggingRequest', engine.StartDebuggingRequest, { config: struct({ a: 1 }), message: 'm' }),
  sample('engine', 'RequirePulumiVersionRequest', engine.RequirePulumiVersionRequest, { versionRange: '>=3' }),
  sample('status', 'Status', common.Status, {
    code: 2,
    message: 'm',
    details: [{ typeUrl: 'type.googleapis.com/x', value: new Uint8Array([1]) }],
  }),
  sample('analyzer', 'AnalyzerHandshakeRequest', analyzer.AnalyzerHandshakeRequest, {
    engineAddress: 'e',
    rootDirectory: 'r',
    programDirectory: '',
  }),
  sample('analyzer', 'AnalyzerStackConfigureRequest', analyzer.AnalyzerStackConfigureRequest, {
    stack: 's',
    project: 'p',
    organization: 'o',
    dryRun: true,
    configSecretKeys: ['p:k'],
    config: new Map([['p:k', 'v']]),
    tags: new Map([['t', 'v']]),
  }),
  sample('analyzer', 'AnalyzerInfo', analyzer.AnalyzerInfo, {
    name: 'n',
    displayName: 'd',
    policies: [
      {
        name: 'p',
        displayName: 'd',
        description: 'e',
        message: 'm',
        enforcementLevel: 3,
        configSchema: { properties: struct({ a: { type: 'string' } }), required: ['a'] },
        policyType: 2,
        severity: 4,
      },
    ],
    version: '1',
    supportsConfig: true,
    initialConfig: new Map([['p', { enforcementLevel: 1, properties: struct({ a: 1 }) }]]),
  }),
  sample('analyzer', 'ConfigureAnalyzerRequest', analyzer.ConfigureAnalyzerRequest, {
    policyConfig: new Map([['p', { enforcementLevel: 2, properties: struct({}) }]]),
  }),
  sample('analyzer', 'AnalyzeRequest', analyzer.AnalyzeRequest, {
    type: 't',
    properties: struct({ a: 1 }),
    urn: 'u',
    name: 'n',
    options: analyzerOptions,
    provider: analyzerProvider,
  }),
  sample('analyzer', 'AnalyzeStackRequest', analyzer.AnalyzeStackRequest, {
    resources: [
      {
        type: 't',
        properties: struct({ a: 1 }),
        urn: 'u',
        name: 'n',
        options: analyzerOptions,
        provider: analyzerProvider,
        parent: 'p',
        dependencies: ['d'],
        propertyDependencies: new Map([['a', { urns: ['d'] }]]),
      },
    ],
  }),
  sample('analyzer', 'AnalyzeResponse', analyzer.AnalyzeResponse, {
    diagnostics: [
      {
        policyName: 'p',
        policyPackName: 'k',
        policyPackVersion: '1',
        description: 'd',
        message: 'm',
        enforcementLevel: 1,
        urn: 'u',
        severity: 2,
      },
    ],
    notApplicable: [{ policyName: 'p', reason: 'r' }],
  }),
  sample('analyzer', 'RemediateResponse', analyzer.RemediateResponse, {
    remediations: [
      {
        policyName: 'p',
        policyPackName: 'k',
        policyPackVersion: '1',
        description: 'd',
        properties: struct({ a: 1 }),
        diagnostic: 'g',
      },
    ],
    notApplicable: [{ policyName: 'p', reason: 'r' }],
  }),
  sample('plugin', 'PluginInfo', provider.PluginInfo, { version: '1' }),
  sample('errors', 'InputPropertiesError', provider.InputPropertiesError, {
    errors: [{ propertyPath: 'a.b', reason: 'r' }],
  }),
  sample('provider', 'ProviderHandshakeRequest', provider.HandshakeRequest, {
    engineAddress: 'e',
    rootDirectory: 'r',
    programDirectory: '',
    configureWithUrn: true,
    supportsViews: true,
    supportsRefreshBeforeUpdate: true,
    invokeWithPreview: true,
  }),
  sample('provider', 'ProviderHandshakeResponse', provider.HandshakeResponse, {
    acceptSecrets: true,
    acceptResources: true,
    acceptOutputs: true,
    supportsAutonamingConfiguration: true,
  }),
  sample('provider', 'ConfigureRequest', provider.ConfigureRequest, {
    variables: new Map([['a:config:b', 'c']]),
    args: struct({ a: 1 }),
    acceptSecrets: true,
    acceptResources: true,
    sendsOldInputs: true,
    sendsOldInputsToDelete: true,
    id: 'i',
    urn: 'u',
    name: 'n',
    type: 't',
  }),
  sample('provider', 'ConfigureResponse', provider.ConfigureResponse, {
    acceptSecrets: true,
    supportsPreview: true,
    acceptResources: true,
    acceptOutputs: true,
    supportsAutonamingConfiguration: true,
  }),
  sample('provider', 'ConfigureErrorMissingKeys', provider.ConfigureErrorMissingKeys, {
    missingKeys: [{ name: 'n', description: 'd' }],
  }),
  sample('provider', 'CheckRequest', provider.CheckRequest, {
    urn: 'u',
    olds: struct({ a: 1 }),
    news: struct({ b: 1 }),
    randomSeed: new Uint8Array(32),
    autonaming: { proposedName: 'name', mode: 2 },
    name: 'n',
    type: 't',
  }),
  sample('provider', 'CheckResponse', provider.CheckResponse, {
    inputs: struct({ a: 1 }),
    failures: [{ property: 'p', reason: 'r' }],
  }),
  sample('provider', 'DiffRequest', provider.DiffRequest, {
    id: 'i',
    urn: 'u',
    olds: struct({ a: 1 }),
    news: struct({ b: 1 }),
    ignoreChanges: ['x'],
    oldInputs: struct({ c: 1 }),
    name: 'n',
    type: 't',
  }),
  sample('provider', 'DiffResponse', provider.DiffResponse, {
    replaces: ['r'],
    stables: ['s'],
    deleteBeforeReplace: true,
    changes: 2,
    diffs: ['d'],
    detailedDiff: new Map([['a.b', { kind: 5, inputDiff: true }]]),
    hasDetailedDiff: true,
  }),
  sample('provider', 'InvokeRequest', provider.InvokeRequest, { token: 't', args: struct({ a: 1 }), preview: true }),
  sample('provider', 'InvokeResponse', provider.InvokeResponse, {
    return: struct({ a: 1 }),
    failures: [{ property: 'p', reason: 'r' }],
  }),
  sample('provider', 'CreateRequest', provider.CreateRequest, {
    urn: 'u',
    properties: struct({ a: 1 }),
    timeout: 1.5,
    preview: true,
    name: 'n',
    type: 't',
  }),
  sample('provider', 'CreateResponse', provider.CreateResponse, {
    id: 'i',
    properties: struct({ a: 1 }),
    refreshBeforeUpdate: true,
  }),
  sample('provider', 'ReadRequest', provider.ReadRequest, {
    id: 'i',
    urn: 'u',
    properties: struct({ a: 1 }),
    inputs: struct({ b: 1 }),
    name: 'n',
    type: 't',
    timeout: 600,
  }),
  sample('provider', 'ReadResponse', provider.ReadResponse, {
    id: 'i',
    properties: struct({ a: 1 }),
    inputs: struct({ b: 1 }),
    refreshBeforeUpdate: true,
  }),
  sample('provider', 'UpdateRequest', provider.UpdateRequest, {
    id: 'i',
    urn: 'u',
    olds: struct({ a: 1 }),
    news: struct({ b: 1 }),
    timeout: 1,
    ignoreChanges: ['x'],
    preview: true,
    oldInputs: struct({ c: 1 }),
    name: 'n',
    type: 't',
  }),
  sample('provider', 'UpdateResponse', provider.UpdateResponse, {
    properties: struct({ a: 1 }),
    refreshBeforeUpdate: true,
  }),
  sample('provider', 'DeleteRequest', provider.DeleteRequest, {
    id: 'i',
    urn: 'u',
    properties: struct({ a: 1 }),
    timeout: 1,
    oldInputs: struct({ c: 1 }),
    name: 'n',
    type: 't',
  }),
  sample('provider', 'ErrorResourceInitFailed', provider.ErrorResourceInitFailed, {
    id: 'i',
    properties: struct({ a: 1 }),
    reasons: ['r'],
    inputs: struct({ b: 1 }),
    refreshBeforeUpdate: true,
  }),
];

/** Fields that hold a google.protobuf.Struct, or Value, as bytes. */
const structFields = new Set([
  'object',
  'properties',
  'outputs',
  'inputs',
  'args',
  'return',
  'config',
  'olds',
  'news',
  'oldInputs',
  'newInputs',
  'newOutputs',
  'oldOutputs',
]);
const valueFields = new Set(['replacementTrigger']);

/** Where we name a field more plainly than the `.proto` file. */
const renamed: { readonly [message: string]: { readonly [ours: string]: string } } = {
  InvokeRequest: { token: 'tok' },
  ResourceInvokeRequest: { token: 'tok' },
  RequirePulumiVersionRequest: { versionRange: 'pulumiversionrange' },
  TransformRequest: { importId: 'import' },
  TransformResponse: { importId: 'import' },
  ResourceHookRequest: { importId: 'import' },
  ErrorHookRequest: { importId: 'import' },
};

/** Our message in the shape of the generated code's `toObject`, names in lower case and without their suffixes. */
function inTheirShape(value: unknown, field: string, message: string): unknown {
  if (value instanceof Uint8Array) {
    if (structFields.has(field)) return named(generatedStruct.Struct.deserializeBinary(value).toObject());
    if (valueFields.has(field)) return named(generatedStruct.Value.deserializeBinary(value).toObject());
    return Buffer.from(value).toString('base64');
  }
  if (value instanceof Map) return [...value].map(([key, item]) => [key, inTheirShape(item, '', message)]);
  if (Array.isArray(value)) return value.map((item) => inTheirShape(item, '', message));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      renamed[message]?.[name] ?? name.toLowerCase(),
      inTheirShape(item, name, message),
    ]),
  );
}

function named(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== 'object' || value === null) return value;
  const plain = (name: string) =>
    name
      .replace(/^pb_/, '')
      .replaceAll('_', '')
      .replace(/(List|Map)$/, '')
      .toLowerCase();
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [plain(name), named(item)]));
}

describe('messages', () => {
  it.each(samples)('$name is to the SDK what it is to us', ({ name, type, judge, fields }) => {
    const theirs = judge!.deserializeBinary(type.encode(fields));
    expect(named(theirs.toObject())).toMatchObject(inTheirShape(fields, '', name) as object);
    expect(normalised(type.decode(theirs.serializeBinary()))).toEqual(normalised(fields));
  });

  it.each(samples)('$name with nothing set is empty, and read as such', ({ type, judge }) => {
    expect(type.encode(type.of({}))).toHaveLength(0);
    expect(type.decode(new judge!().serializeBinary())).toEqual(type.of({}));
  });

  it('pass over fields that they do not know', () => {
    const request = resource.RegisterResourceRequest.encode(
      resource.RegisterResourceRequest.of({ type: 't', name: 'n', object: struct({ a: 1 }), dependencies: ['d'] }),
    );
    expect(resource.SupportsFeatureRequest.decode(request)).toEqual({ id: 't' });
    expect(common.Empty.decode(request)).toEqual({});
  });
});

/** Embedded Structs are compared by value: the order of map entries is free. */
function normalised(value: unknown): unknown {
  return inTheirShape(value, '', '');
}

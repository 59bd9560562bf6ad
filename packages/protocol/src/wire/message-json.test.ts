import { expect, test } from 'vitest';
import { CheckRequest, DiffResponse } from '../messages/provider-messages.ts';
import { DeploymentInfo, features, RegisterResourceRequest } from '../messages/resource-messages.ts';
import { type Json, messageFromJson, messageToJson } from './message-json.ts';
import { structFromJson } from './struct-json.ts';

const register: { readonly [field: string]: Json } = {
  type: 'a:b:C',
  name: 'n',
  custom: true,
  protect: false,
  object: { text: 'x', list: [1, 'two', null, true], deep: { empty: {} }, __proto: '' },
  propertyDependencies: { text: { urns: ['urn:1'] }, list: {} },
  customTimeouts: {},
  pluginDownloadURL: 'https://here',
  aliases: [{ spec: { name: 'old', noParent: true } }, { urn: 'urn:2' }],
  replacementTrigger: ['any', { value: 1 }],
};

test('a message is the JSON of protobuf, there and back: defaults left out, maps, lists and structs as they are', () => {
  const message = messageFromJson(RegisterResourceRequest, register);
  const decoded = RegisterResourceRequest.decode(RegisterResourceRequest.encode(message));
  expect(messageToJson(RegisterResourceRequest, decoded)).toEqual(register);
});

test('enums go by name, and a number without a name as a number', () => {
  const diff = { changes: 'DIFF_SOME', hasDetailedDiff: true, detailedDiff: { a: { kind: 'UPDATE_REPLACE' }, b: {} } };
  expect(messageToJson(DiffResponse, messageFromJson(DiffResponse, diff))).toEqual(diff);
  const info = DeploymentInfo.of({ supportedFeatures: [features.resourceReferences, 4711] });
  expect(messageToJson(DeploymentInfo, info)).toEqual({
    supportedFeatures: ['RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES', 4711],
  });
});

test('bytes are base64, structs are not', () => {
  const check = CheckRequest.of({ randomSeed: new Uint8Array([1, 2, 255]), news: structFromJson({ a: 1 }) });
  expect(messageToJson(CheckRequest, check)).toEqual({ randomSeed: 'AQL/', news: { a: 1 } });
});

test('a key called __proto__ is a key like any other', () => {
  const news = JSON.parse('{"__proto__": {"polluted": true}}');
  const json = messageToJson(CheckRequest, messageFromJson(CheckRequest, { news }));
  expect(JSON.stringify(json)).toBe('{"news":{"__proto__":{"polluted":true}}}');
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('a field that the message does not have is refused', () => {
  expect(() => messageFromJson(CheckRequest, { nonsense: 1 })).toThrow('no field "nonsense"');
});

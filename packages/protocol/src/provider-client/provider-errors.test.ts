import { OutcomeUnknownError, stackUrn } from '@radiant/model';
import { describe, expect, it } from 'vitest';
import { CallFailedError } from '../transport/grpc-client.ts';
import { changeError, lacksConfigCall } from './provider-errors.ts';

const urn = stackUrn('dev', 'shop');

describe('a provider that can neither check nor compare its configuration', () => {
  it.each([
    ['any', 12, 'unknown method', true],
    ['any', 13, 'nil pointer', false],
    ['pulumi-nodejs', 13, 'no message', true],
    ['pulumi-nodejs', 2, 'Unimplemented', false],
    ['kubernetes', 2, 'rpc error: code = Unimplemented desc = CheckConfig', true],
    ['kubernetes', 2, 'no kubeconfig', false],
  ])('is known as such: %s says %i %s: %s', (packageName, code, text, lacks) => {
    expect(lacksConfigCall(packageName, new CallFailedError(code, text, new Map()))).toBe(lacks);
  });
});

describe('an error of a call that changes something', () => {
  it.each([
    ['an internal error of the provider', 13, 'nil pointer', true],
    ['a stream that was reset', 13, 'Received RST_STREAM with code 2 (Internal server error)', false],
    ['a connection that was lost', 14, 'Connection dropped', false],
  ])(
    'is in doubt after %s; whether the provider has said that it failed is told apart',
    (_, code, text, saysFailed) => {
      const error = changeError('shelf', new CallFailedError(code, text, new Map()), urn);
      expect(error).toBeInstanceOf(OutcomeUnknownError);
      expect((error as OutcomeUnknownError).saysFailed).toBe(saysFailed);
    },
  );
});

import { OperationError, type PropertyMap, type Urn } from '@radiant/model';

/** Where the outputs of other stacks come from; whoever knows the state store provides it. */
export interface StackOutputsReader {
  /**
   * The outputs of a stack, secret ones as Secret. `reference` is `stack`, `organization/stack` or
   * `organization/project/stack`. A secret that cannot be opened, as that of a stack with another passphrase, is a secret
   * of an empty map, of which `onElided` hears. Throws `unknownStackError` when there is no such stack.
   */
  readOutputs(reference: string, onElided: () => void): Promise<PropertyMap>;
  /** The outputs of every resource of a stack. Throws `unknownStackError`, too. */
  readResourceOutputs(
    reference: string,
  ): Promise<readonly { readonly urn: Urn; readonly type: string; readonly outputs: PropertyMap }[]>;
}

/** In the words of the established engine, and how to go on. */
export function unknownStackError(reference: string): OperationError {
  return new OperationError({
    code: 'STACK_UNKNOWN',
    summary: `unknown stack "${reference}"`,
    remedy: 'See which stacks there are with `radiant stack ls --all`; a stack is created before others read it.',
  });
}

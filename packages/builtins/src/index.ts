export { createPulumiProvider, type PulumiProviderOptions } from './pulumi-provider.ts';
export { type StackOutputsReader, unknownStackError } from './stack-outputs-reader.ts';

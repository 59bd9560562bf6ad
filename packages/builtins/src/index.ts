export { createPulumiProvider, type PulumiProviderOptions } from './pulumi-provider.ts';
export { type RegisteredResources, type StackOutputsReader, unknownStackError } from './stack-outputs-reader.ts';

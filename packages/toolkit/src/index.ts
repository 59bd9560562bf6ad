export { encodePrinted, encodeResource } from '@radiant/state';
export * from './api.ts';
export { type EventStream, openEventStream } from './event-stream.ts';
export { engineVersion, pulumiVersion } from './version.ts';
export { openWorkspace } from './workspace.ts';

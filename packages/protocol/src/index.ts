export type {
  AnalyzerDescription,
  PolicyDescription,
  PolicySettings,
} from './analyzer-client/analyzer-description.ts';
export type { AnalyzerConnection, AnalyzerHandle } from './analyzer-client/connect-analyzer.ts';
export { hashAssets } from './assets/hash-assets.ts';
export type { EventStream } from './event-stream/event-stream.ts';
export type { LanguageRuntime } from './language-client/connect-language.ts';
export type { Feature } from './messages/resource-messages.ts';
export { decodeGoDuration } from './monitor/go-duration.ts';
export { createProgramService, type ProgramService, type ProgramServiceOptions } from './monitor/program-service.ts';
export { PropertyError } from './properties/property-error.ts';
export { type ReadOptions, readProperties, readPropertyValue } from './properties/read-properties.ts';
export { type WriteOptions, writeProperties, writePropertyValue } from './properties/write-properties.ts';
export type { ProviderConnection } from './provider-client/connect-provider.ts';
export type { ProviderPeer } from './provider-client/provider-rpc.ts';
export type { CallLog } from './rpc/call-log.ts';
export { RpcError, type StatusCode, statusCodes, type UnaryHandler, type UnaryService } from './rpc/unary-service.ts';
export { type MonitorServer, serveMonitor } from './serve-monitor.ts';
export { serveWires, type WireServer } from './transport/wire-server.ts';

/** See `ProviderConnection`; loaded on first use. */
export async function connectProvider(connection: import('./provider-client/connect-provider.ts').ProviderConnection) {
  const { connectProvider: connect } = await import('./provider-client/connect-provider.ts');
  return connect(connection);
}

/** See `AnalyzerConnection`; loaded on first use. */
export async function connectAnalyzer(connection: import('./analyzer-client/connect-analyzer.ts').AnalyzerConnection) {
  const { connectAnalyzer: connect } = await import('./analyzer-client/connect-analyzer.ts');
  return connect(connection);
}

/** See `EventStream`; loaded on first use. */
export async function openEventStream(address: string) {
  const { openEventStream: open } = await import('./event-stream/event-stream.ts');
  return open(address);
}

/** See `LanguageConnection`; loaded on first use. */
export async function connectLanguage(connection: import('./language-client/connect-language.ts').LanguageConnection) {
  const { connectLanguage: connect } = await import('./language-client/connect-language.ts');
  return connect(connection);
}

import { bool, int32, type MessageOf, message, string, struct } from '../wire/message.ts';

// Messages of `pulumirpc.Engine` (engine.proto).

/** `LogSeverity`. */
export const logSeverities = ['debug', 'info', 'warning', 'error'] as const;

export const LogRequest = message({
  severity: int32(
    1,
    logSeverities.map((severity) => severity.toUpperCase()),
  ),
  message: string(2),
  urn: string(3),
  streamId: int32(4),
  ephemeral: bool(5),
});
export type LogRequest = MessageOf<typeof LogRequest>;

export const GetRootResourceResponse = message({ urn: string(1) });

export const SetRootResourceRequest = message({ urn: string(1) });

export const StartDebuggingRequest = message({ config: struct(1), message: string(2) });

export const RequirePulumiVersionRequest = message({ versionRange: string(1) });

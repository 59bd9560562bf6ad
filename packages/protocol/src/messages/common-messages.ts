import {
  bytes,
  embedded,
  int32,
  type MessageOf,
  message,
  optionalBool,
  optionalString,
  repeated,
  string,
  strings,
} from '../wire/message.ts';

/** `google.protobuf.Empty` and every message without fields. */
export const Empty = message({});

/** `pulumirpc.SourcePosition` (source.proto). */
export const SourcePosition = message({ uri: string(1), line: int32(2), column: int32(3) });
export type SourcePosition = MessageOf<typeof SourcePosition>;

/** `pulumirpc.StackFrame` (source.proto). */
export const StackFrame = message({ pc: embedded(1, SourcePosition) });

/** `pulumirpc.StackTrace` (source.proto). */
export const StackTrace = message({ frames: repeated(1, StackFrame) });
export type StackTrace = MessageOf<typeof StackTrace>;

/** `pulumirpc.Alias.Spec` (alias.proto); `parentUrn` and `noParent` are one `oneof`. */
export const AliasSpec = message({
  name: string(1),
  type: string(2),
  stack: string(3),
  project: string(4),
  parentUrn: optionalString(5),
  noParent: optionalBool(6),
});

/** `pulumirpc.Alias` (alias.proto), one `oneof`. */
export const Alias = message({ urn: optionalString(1), spec: embedded(2, AliasSpec) });
export type Alias = MessageOf<typeof Alias>;

/** `pulumirpc.Callback` (callback.proto). */
export const Callback = message({ target: string(1), token: string(2) });

/** The several messages `PropertyDependencies`, `ArgumentDependencies` and `ReturnDependencies`. */
export const UrnList = message({ urns: strings(1) });
export type UrnList = MessageOf<typeof UrnList>;

/** `pulumirpc.CheckFailure` (provider.proto). */
export const CheckFailure = message({ property: string(1), reason: string(2) });

/** `google.protobuf.Any`. */
export const Any = message({ typeUrl: string(1), value: bytes(2) });

/** `google.rpc.Status`: what gRPC carries in `grpc-status-details-bin`. */
export const Status = message({ code: int32(1), message: string(2), details: repeated(3, Any) });

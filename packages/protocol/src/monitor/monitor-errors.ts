import { MonitorClosedError, OperationError } from '@radiant/model';
import { PropertyError } from '../properties/property-error.ts';
import { RpcError, statusCodes } from '../rpc/unary-service.ts';
import { WireError } from '../wire/protobuf-reader.ts';

/** Error texts travel in a header, whose size HTTP/2 peers bound. */
const messageBytesMax = 12_000;

/**
 * How an error reaches the program. `unavailable` makes SDKs stop quietly; what nobody meant to throw is told to
 * `onBug` too.
 */
export function toRpcError(error: unknown, onBug: (error: unknown) => void): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof MonitorClosedError)
    return new RpcError(statusCodes.unavailable, error.message || 'the operation has ended', error);
  if (error instanceof OperationError) return new RpcError(statusCodes.unknown, shortened(error.message), error);
  if (error instanceof PropertyError) return new RpcError(statusCodes.invalidArgument, shortened(error.message), error);
  if (error instanceof WireError)
    return new RpcError(statusCodes.invalidArgument, `malformed request: ${error.message}`, error);
  onBug(error);
  return new RpcError(statusCodes.internal, shortened(error instanceof Error ? error.message : String(error)), error);
}

/** Well-formed, since a header cannot carry half of a surrogate pair. */
function shortened(message: string): string {
  let text = message.toWellFormed();
  if (encodeURI(text).length <= messageBytesMax) return text;
  while (encodeURI(text).length > messageBytesMax) text = text.slice(0, Math.floor(text.length * 0.8)).toWellFormed();
  return `${text}… (shortened)`;
}

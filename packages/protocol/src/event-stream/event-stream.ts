import { OperationError } from '@radiant/model';
import { EventRequest } from '../messages/event-messages.ts';
import { CallFailedError, connectClient } from '../transport/grpc-client.ts';

/** Somebody who listens to the engine events of one operation (engine reference 8.4). */
export interface EventStream {
  /** `line`: one event as JSON, with its newline. What a listener that is gone does not hear is told by `end`. */
  send(line: string): void;
  /** Resolves when the listener has heard all. Throws OperationError when it has not. */
  end(): Promise<void>;
}

const readyWithinMs = 5_000;
/** How long a listener may take to say that it has heard the last event. */
const heardWithinMs = 10_000;

/** Calls `pulumirpc.Events/StreamEvents` of the listener at `HOST:PORT`. Throws OperationError when nobody answers. */
export async function openEventStream(address: string): Promise<EventStream> {
  const client = await connectClient(address, readyWithinMs).catch((error: unknown) => {
    throw brokenOff(address, error);
  });
  const heard = Promise.withResolvers<void>();
  const call = client.makeClientStreamRequest(
    '/pulumirpc.Events/StreamEvents',
    (line: string) => EventRequest.encode({ event: line }),
    () => undefined,
    (error) => (error === null ? heard.resolve() : heard.reject(error)),
  );
  // Both are said by the answer, too.
  call.on('error', () => {});
  heard.promise.catch(() => {});
  return {
    send: (line) => void call.write(line),
    async end() {
      call.end();
      const late = setTimeout(() => call.cancel(), heardWithinMs);
      try {
        await heard.promise;
      } catch (error) {
        throw brokenOff(address, error);
      } finally {
        clearTimeout(late);
        client.close();
      }
    },
  };
}

function brokenOff(address: string, error: unknown): OperationError {
  const reason = error instanceof CallFailedError ? error.details : (error as Error).message;
  return new OperationError({
    code: 'EVENT_LOG_BROKEN',
    summary: `the listener of --event-log at ${address} does not hear all events: ${reason}`,
    detail: 'What the operation does and records is not touched by that.',
    cause: error,
  });
}

import { message, string } from '../wire/message.ts';

// Messages of `pulumirpc.Events` (events.proto).

/** One engine event: a line of JSON with its newline. */
export const EventRequest = message({ event: string(1) });

import type { EventStream } from '@radiant/protocol';

export type { EventStream } from '@radiant/protocol';

/** See `openEventStream` of the protocol; loaded on first use. */
export async function openEventStream(address: string): Promise<EventStream> {
  const { openEventStream: open } = await import('@radiant/protocol');
  return open(address);
}

/** What happens to a request on its way. */
export type NetworkFault =
  /** It does not arrive, and the connection breaks. */
  | 'refused'
  /** It is done, and the connection breaks before the answer. */
  | 'lost'
  /** The connection breaks, and it is done all the same, when it has been given up. */
  | 'late'
  /** It is done twice; the second answer is the one that arrives. */
  | 'doubled'
  /** The server says that it has too much to do. */
  | 'overloaded'
  /** Half of it arrives, and the connection breaks. */
  | 'torn'
  /** The server says that the user may not. */
  | 'denied'
  /** The server says that it has no space left. */
  | 'full'
  /** It is done when the plan lets it go on: its sender was stopped before it was sent. */
  | 'stopped-before'
  /** It is done, and the answer comes when the plan lets it: its sender was stopped before it could read it. */
  | 'stopped-after';

/** Counts the requests of one client, and says what happens to each. */
export interface FaultPlan {
  /** `request` is its method and path, where it has such. */
  readonly next: (request?: string) => NetworkFault | undefined;
  readonly count: () => number;
  /** After what time a late request is done. */
  readonly lateMs: number;
  /** Called when a request has come to where its sender is stopped; resolves when that one goes on. */
  readonly stopped: () => Promise<void>;
}

/** `fault` at request `index` (from 0). From then on all is well, no request arrives any more, or each meets the same. */
export function planFault(
  index: number,
  fault: NetworkFault,
  afterwards: 'well' | 'gone' | 'same',
  stopped: FaultPlan['stopped'] = async () => undefined,
): FaultPlan {
  let count = 0;
  return {
    next: () => {
      const number = count++;
      if (number === index) return fault;
      if (number < index || afterwards === 'well') return undefined;
      return afterwards === 'gone' ? 'refused' : fault;
    },
    count: () => count,
    lateMs: 40,
    stopped,
  };
}

/** Lets every request through, and notes what it was. */
export function noteRequests(): FaultPlan & { readonly requests: string[] } {
  const requests: string[] = [];
  return {
    requests,
    next: (request = '') => {
      requests.push(request);
      return undefined;
    },
    count: () => requests.length,
    lateMs: 0,
    stopped: async () => undefined,
  };
}

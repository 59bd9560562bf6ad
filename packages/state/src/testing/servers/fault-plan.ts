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
  | 'overloaded';

/** Counts the requests of one client, and says what happens to each. */
export interface FaultPlan {
  /** `request` is its method and path, where it has such. */
  readonly next: (request?: string) => NetworkFault | undefined;
  readonly count: () => number;
  /** After what time a late request is done. */
  readonly lateMs: number;
}

/** `fault` at request `index` (from 0); and with `afterwards`, from then on no request arrives any more. */
export function planFault(index: number, fault: NetworkFault, afterwards: 'well' | 'gone'): FaultPlan {
  let count = 0;
  return {
    next: () => {
      const number = count++;
      if (number === index) return fault;
      return number > index && afterwards === 'gone' ? 'refused' : undefined;
    },
    count: () => count,
    lateMs: 40,
  };
}

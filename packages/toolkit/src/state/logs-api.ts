import type { Urn } from '@radiant/model';

export interface LogsWanted {
  /** Nothing that was written before. */
  readonly since?: Date;
  /** `name`, `type::name` or a URN: only of this resource and of what is in it. */
  readonly resource?: string;
  readonly isFollowed: boolean;
  readonly signal?: AbortSignal;
}

/** A line that a container of a pod has written. */
export interface StackLogLine {
  readonly time: Date;
  readonly text: string;
  /** The resource to which the pod goes back. */
  readonly urn: Urn;
  readonly namespace: string;
  readonly pod: string;
  /** Only where the pod has several. */
  readonly container?: string;
}

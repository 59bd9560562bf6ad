export type ClusterStatus =
  | {
      readonly kind: 'running';
      readonly pid: number;
      readonly server: string;
      readonly startedAt: Date;
      readonly isForeground: boolean;
    }
  | { readonly kind: 'stopped'; readonly hasData: boolean };

/** The embedded cluster of this home. */
export interface ClusterControl {
  /** Starts it in the background when it does not run. */
  start(): Promise<ClusterStatus>;
  /** Runs it in this process until `signal` aborts, taking over from one in the background. `background`: as the daemon that `start` launches. */
  serve(options: {
    readonly signal: AbortSignal;
    readonly background?: boolean;
    readonly onReady?: (status: ClusterStatus) => void;
  }): Promise<void>;
  /** Returns false when none was running. */
  stop(): Promise<boolean>;
  status(): Promise<ClusterStatus>;
  /** Empties it: all objects go, the identity stays. */
  reset(): Promise<void>;
  /** Starts it when it does not run; the text of a kubeconfig that kubectl takes. */
  kubeconfig(): Promise<string>;
}

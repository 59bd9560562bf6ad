import type { EngineEvent } from '@radiant/model';
import type { OperationReport } from '@radiant/toolkit';

/** Shows one operation, from its events to its results. */
export interface Display {
  event(event: EngineEvent): void;
  /** A line beside the operation, shown at once: what Ctrl-C does, say. */
  notice(line: string): void;
  /** Ends the display: the sections below the progress. Undefined when the operation threw. */
  finish(report: OperationReport | undefined): void;
}

/** `Updating (dev):` and its like. */
export const headings = {
  preview: 'Previewing update',
  'preview-refresh': 'Previewing refresh',
  'preview-destroy': 'Previewing destroy',
  'preview-import': 'Previewing import',
  up: 'Updating',
  refresh: 'Refreshing',
  destroy: 'Destroying',
  import: 'Importing',
} as const;

export type DisplayedOperation = keyof typeof headings;

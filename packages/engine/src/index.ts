/**
 * The engine: plans an operation and carries it out. It does no I/O of its own; the program, the providers, the journal,
 * the clock and chance all arrive as ports.
 */
export { decideStep, decisionTable, type StepDecision, type StepFacts } from './decide/decide-step.ts';
export { type ImportedResource, importProgram } from './import/import-program.ts';
export type {
  Cancellation,
  Interruption,
  OperationOptions,
  OperationOutcome,
  OperationPorts,
  OperationRequest,
  PendingCreates,
} from './operation/request.ts';
export { runOperation } from './operation/run-operation.ts';
export { recordedProgram } from './recorded-program/recorded-program.ts';
export { type RecordedConfig, recordedConfig } from './recorded-program/recorded-resources.ts';

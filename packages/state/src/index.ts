export {
  type Backend,
  type BackendOptions,
  defaultRescueFolders,
  openBackend,
  openBackendAt,
} from './backend/backend.ts';
export type { ExportOptions, StackExport } from './backend/export.ts';
export type { HistoryEntry, HistoryKind, UpdateInfo } from './backend/history.ts';
export type { ImportOptions } from './backend/import.ts';
export { checkStackRef, formatStackRef, organization, parseStackRef, type StackRef } from './backend/names.ts';
export type { OperationHandle, OperationRequest, OperationResult } from './backend/operation.ts';
export type { Patience } from './backend/settings.ts';
export {
  type DecodedState,
  type InterruptedOperation,
  integrityError,
  type StateViolation,
} from './backend/stack-state.ts';
export type { StackSummary } from './backend/stacks.ts';
export type { StackTags } from './backend/tags.ts';
export {
  type DecodedDeployment,
  decodeDeployment,
  type EncodedDeployment,
  encodeDeployment,
  type SecretsSource,
} from './deployment/deployment.ts';
export type { DeploymentJson, ExportJson, Json, JsonObject, ResourceJson } from './deployment/deployment-json.ts';
export { decodeResource } from './deployment/resource-decoding.ts';
export { encodePrinted, encodeResource, type PrintedSecretsMode } from './deployment/resource-encoding.ts';
export type { Holder } from './lease/lease.ts';
export type { HeldLock } from './lease/lock-files.ts';
export type { Processes, ProcessIdentity } from './lease/process-identity.ts';
export { decodePlan } from './plan/decode-plan.ts';
export { encodePlan } from './plan/encode-plan.ts';
export type { PlanFile, PlanJson } from './plan/plan-json.ts';
export { type FileSystem, nodeFileSystem } from './store/file-system.ts';
export type { Store } from './store/store.ts';
export { displayStoreUrl } from './store/store-url.ts';
export type { CutReference } from './surgery/between-stacks.ts';
export type { FieldChange } from './surgery/compare-states.ts';
export { hasNewSecrets } from './surgery/edit-state.ts';
export { journalOf } from './surgery/edited-state.ts';
export type { StateEffect } from './surgery/effects.ts';
export type { RecordName } from './surgery/find-records.ts';
export type { Mark } from './surgery/mark-records.ts';
export { type MovePlan, type MoveRequest, planMove } from './surgery/move-records.ts';
export { type FoundState, judge, planSurgery, type Surgery, type SurgeryPlan } from './surgery/surgery.ts';

import type { Plan } from '@radiant/model';
import type { Json, JsonObject, ManifestJson } from '../deployment/deployment-json.ts';

/** The plan format: how Pulumi writes an update plan (Pulumi: apitype.DeploymentPlanV1). Fields in its order. */
export interface PlanJson extends JsonObject {
  readonly manifest: JsonObject & ManifestJson;
  /** As the stack file has it, secrets sealed. */
  readonly config?: JsonObject;
  readonly resourcePlans?: JsonObject;
}

/** A plan with what its file says beside it. */
export interface PlanFile {
  readonly plan: Plan;
  /** RFC 3339: when it was made. */
  readonly time: string | undefined;
  /** Of the tool that made it. */
  readonly version: string | undefined;
  /** The configuration it was made with, as the stack file had it. */
  readonly config: { readonly [key: string]: Json | undefined };
}

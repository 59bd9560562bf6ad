import type { Goal, ResourceState, ResourceTransform, StateKey, StepInfo, StepOp, Urn } from '@radiant/model';

/** A resource that the program has declared in this operation. */
export interface Registration {
  readonly urn: Urn;
  /** As declared, with what it inherits from its parent. */
  readonly goal: Goal;
  /** For children of a component: package to provider reference, the component's own ancestors included. */
  readonly providers: Goal['providers'];
  /** For children: its own, then those of its ancestors going up. */
  readonly transforms: readonly ResourceTransform[];
  /** The URN it was recorded under, when an alias matched. */
  aliasOf?: Urn;
  /** What was recorded of it before, under this URN or another. */
  found?: ResourceState;
  /** Lets those go on who wait for its record. Called when it says what became of it. */
  ended?: (() => void) | undefined;
  /** The place of its record, when the thing was found to be gone. */
  vacated?: StateKey;
  /** 32 bytes of chance for automatic names, once somebody has asked for them. */
  seed?: Uint8Array | undefined;
  /** What became of it; absent while its steps run. */
  result?: RegistrationResult;
  /**
   * Why nothing came of it: `skipped` since it is new and this operation is not to touch it, `failed`, or `blocked` by one
   * that failed and that it leans on.
   */
  absence?: 'skipped' | 'failed' | 'blocked';
  /** Of a component: what the events say of its step once the program has told its outputs. */
  openStep?: StepInfo;
  /** Whether the program has told the outputs of this component. */
  hasOutputs: boolean;
}

export interface RegistrationResult {
  readonly key: StateKey;
  readonly state: ResourceState;
  readonly op: StepOp;
  /** What the step began with. */
  readonly old?: ResourceState;
  readonly isReplaced: boolean;
  /** Whether it was left alone as recorded, whatever the program says. */
  readonly isPassedOver?: boolean;
  /** Whether something about it is only known once it has been made; in previews alone. */
  readonly hasUnknown?: boolean;
}

/** What executing came to. */
export interface Executed extends Omit<RegistrationResult, 'op' | 'old' | 'hasUnknown'> {
  /** The step that the events name. */
  readonly step: StepInfo;
}

/** Keeps what others may still ask for. The rest goes: there may be tens of thousands. */
export function conclude(
  registration: Registration,
  { step, ...result }: Executed & Pick<RegistrationResult, 'hasUnknown'>,
): void {
  const { op, old } = step;
  registration.result = { ...result, op, ...(old === undefined ? {} : { old }) };
  if (registration.goal.kind === 'component') registration.openStep = step;
  registration.seed = undefined;
}

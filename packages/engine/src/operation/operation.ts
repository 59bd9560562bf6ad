import type { CallContext, PolicyPack, PropertyMap, ResourceState, StateKey, Urn } from '@radiant/model';
import type { AutonamingConfig } from '../autonaming/autonaming-config.ts';
import type { ProgramCallbacks } from '../callbacks/program-callbacks.ts';
import type { DependentsIndex } from '../execute/dependents-index.ts';
import type { PlanConstraint } from '../plan/plan-constraint.ts';
import type { PlanRecorder } from '../plan/plan-recorder.ts';
import type { DefaultProviders } from '../provider/default-providers.ts';
import type { Packages } from '../provider/packages.ts';
import type { ProviderHandle } from '../provider/provider-handle.ts';
import type { ProviderRegistry } from '../provider/provider-registry.ts';
import type { Registration } from '../register/registration.ts';
import type { Reach, Selection } from '../select/selection.ts';
import type { Ledger } from './ledger.ts';
import type { MonitorLifetime } from './monitor-lifetime.ts';
import type { Progress } from './progress.ts';
import type { Reporter } from './reporter.ts';
import type { OperationPorts, OperationRequest } from './request.ts';
import type { SecretScrubber } from './secret-scrubber.ts';
import type { Semaphore } from './semaphore.ts';

/** A record that a delete-before-replace cascade has in its hands. */
export interface Hold {
  /** Until its thing is in nobody's way: it is gone, or stays, or will go with another. For other cascades. */
  readonly cleared: Promise<void>;
  isCleared: boolean;
  /** Until the record says what became of it. For its registration. */
  readonly settled: Promise<void>;
}

/** What all parts of one running operation share. */
export interface Operation {
  readonly request: OperationRequest;
  readonly ports: OperationPorts;
  readonly isPreview: boolean;
  /** What the program and plugins may ask. */
  readonly monitor: MonitorLifetime;
  readonly ledger: Ledger;
  readonly reporter: Reporter;
  readonly scrubber: SecretScrubber;
  readonly progress: Progress;
  readonly callbacks: ProgramCallbacks;
  readonly providers: ProviderRegistry;
  readonly defaultProviders: DefaultProviders;
  readonly packages: Packages;
  /** Serves provider resources themselves. */
  readonly providerManager: ProviderHandle;
  /** Bounds how many resources are worked on at all: those that merely wait should take little memory. */
  readonly admission: Semaphore;
  /** Bounds check and diff. */
  readonly planning: Semaphore;
  /** Bounds what works on real things. */
  readonly stepping: Semaphore;
  /** Bounds what policy packs are asked at a time. */
  readonly analyzing: Semaphore;
  /** What the stack's configuration says about names. */
  readonly autonaming: AutonamingConfig | undefined;
  /** The plan that binds the operation. */
  readonly constraint: PlanConstraint | undefined;
  /** Takes down what the operation foresees, for another to be bound by. */
  readonly recorder: PlanRecorder | undefined;
  /** Which resources the person wants touched, and which replaced. */
  readonly selection: Selection;
  /** Whether a declared resource may be touched; asked about each after all that it leans on. */
  readonly reach: Reach;
  /** Whether protection does not count this time (`--ignore-protect`). */
  readonly ignoresProtection: boolean;
  /** Records whose things were found to be gone, yet to be taken away. */
  readonly vanished: Map<StateKey, ResourceState>;
  /** What the program has declared so far. */
  readonly registrations: Map<Urn, Registration>;
  /** The children of what has been declared. */
  readonly children: Map<Urn, Registration[]>;
  /** Records that a registration has taken as its own. */
  readonly claimed: Set<StateKey>;
  /** Records whose registration is under way, and when it will have ended. */
  readonly inFlight: Map<StateKey, Promise<void>>;
  /** What leads to nothing but what has been declared and decided on already. */
  readonly soundNeeds: Set<Urn>;
  /** URNs that resources were recorded under, to the URNs that aliases gave them. */
  readonly aliased: Map<Urn, Urn>;
  /** Records that a delete-before-replace cascade is deciding on, and when it will have done so. */
  readonly held: Map<StateKey, Hold>;
  /** Settled when no cascade is deciding: the next one waits for it. */
  cascades: Promise<void>;
  /** Made by the first cascade. */
  dependents: DependentsIndex | undefined;
  /** By old and new provider reference: whether what the old one made must be made anew by the new one. */
  readonly handovers: Map<string, Promise<boolean>>;
  /** What a cascade has deleted to be made again, and why. */
  readonly cascaded: Map<Urn, readonly string[]>;
  /** Those that are running. */
  policyPacks: readonly PolicyPack[];
  /** What the program has exported, once it has said so. */
  stackOutputs: PropertyMap | undefined;
  /** Resolves before the first provider call that changes something; throws to stop it. */
  readonly mayChange: () => Promise<void>;
}

/** What a provider call about `urn` carries. */
export function callContext(operation: Operation, urn: Urn): CallContext {
  const { reporter, progress } = operation;
  return {
    signal: progress.signal,
    report: (status) => reporter.diagnose({ severity: 'info', message: status, urn, isEphemeral: true }),
    warn: (message) => reporter.diagnose({ severity: 'warning', message, urn }),
  };
}

/** What a provider call that is about no resource carries. */
export function freeContext({ progress, reporter }: Operation): CallContext {
  return {
    signal: progress.signal,
    report: (message) => reporter.diagnose({ severity: 'info', message, isEphemeral: true }),
    warn: (message) => reporter.diagnose({ severity: 'warning', message }),
  };
}

import {
  childUrn,
  type PropertyValue,
  type RegisteredResources,
  type Snapshot,
  type Urn,
  unknownId,
} from '@radiant/model';
import { readAutonaming } from '../autonaming/autonaming-config.ts';
import { ProgramCallbacks } from '../callbacks/program-callbacks.ts';
import { PlanConstraint } from '../plan/plan-constraint.ts';
import { PlanRecorder } from '../plan/plan-recorder.ts';
import { plannedNames } from '../plan/planned-names.ts';
import { DefaultProviders } from '../provider/default-providers.ts';
import { Packages } from '../provider/packages.ts';
import { providerManager } from '../provider/provider-manager.ts';
import { ProviderRegistry } from '../provider/provider-registry.ts';
import { registerDefaultProvider } from '../register/register-resource.ts';
import { Selection } from '../select/selection.ts';
import { Inspection } from './inspection.ts';
import { Ledger } from './ledger.ts';
import { createMonitor } from './monitor.ts';
import type { MonitorLifetime } from './monitor-lifetime.ts';
import type { Operation } from './operation.ts';
import { Progress } from './progress.ts';
import { Reporter } from './reporter.ts';
import type { OperationPorts, OperationRequest } from './request.ts';
import { SecretScrubber } from './secret-scrubber.ts';
import { Semaphore } from './semaphore.ts';

/** So many that nobody who could be asked something waits, and so few that 50,000 at once cost what 1,000 do. */
const admittedMin = 64;

/** Wires the parts of one operation together. */
export function createOperation(
  request: OperationRequest,
  ports: OperationPorts,
): { readonly operation: Operation; readonly inspection: Inspection } {
  const isPreview = request.isPreview || request.kind === 'preview';
  const scrubber = createScrubber(request);
  const progress = new Progress(ports.cancellation, !isPreview && request.options?.continueOnError !== true);
  const journal = isPreview ? undefined : ports.journal;
  const ledger = new Ledger(request.snapshot, journal, (cause) => progress.crash(cause));
  const reporter = new Reporter(ports.events, ports.clock, scrubber);
  const inspection = new Inspection(request.snapshot);
  const looksAround = createsResources(request) && request.options?.refresh !== true;
  const targets = new Set<string>();
  const providers = new ProviderRegistry({
    load: (packageName, inputs) =>
      ports.providers.load({
        packageName,
        inputs,
        monitor: operation.monitor.pluginMonitor,
        resources: { find: (urn) => registered(operation, urn) },
        mask: (text) => scrubber.scrub(text),
      }),
    recorded: (reference) => ledger.provider(reference),
    onTarget: (urn, text) => {
      if (!targets.has(`${urn} ${text}`)) reporter.emit({ kind: 'target', text });
      targets.add(`${urn} ${text}`);
    },
    asksInPreviews: request.options?.disableProviderPreview !== true,
    onReady: (handle) => {
      if (looksAround) inspection.begin(operation, handle);
    },
  });
  const packages = new Packages(ports.random, (packageName) => ports.installedPackage?.(packageName));
  const defaultProviders = new DefaultProviders({
    config: request.config,
    configSecretKeys: request.configSecretKeys,
    packages,
    isRecorded: (type, name) =>
      ledger.live(childUrn(request.stack, request.project, undefined, type, name)) !== undefined,
    register: (goal) => registerDefaultProvider(operation, goal),
  });
  let monitor: MonitorLifetime | undefined;
  const selection = new Selection(request.options ?? {});
  const operation: Operation = {
    request,
    ports,
    isPreview,
    get monitor() {
      monitor ??= createMonitor(operation);
      return monitor;
    },
    ledger,
    reporter,
    scrubber,
    progress,
    callbacks: new ProgramCallbacks(),
    providers,
    defaultProviders,
    packages,
    providerManager: providerManager(providers, ports.random),
    admission: new Semaphore(request.parallel > 0 ? Math.max(request.parallel, admittedMin) : request.parallel),
    planning: new Semaphore(request.parallel),
    stepping: new Semaphore(request.parallel),
    analyzing: new Semaphore(request.options?.parallelAnalyze ?? 0),
    // Where nothing is created no name is made up, and a wrong setting hinders nobody.
    autonaming: createsResources(request) ? readAutonaming(request) : undefined,
    constraint: createConstraint(request),
    recorder: request.options?.makesPlan === true ? new PlanRecorder() : undefined,
    selection,
    reach: selection.reach(),
    ignoresProtection: request.options?.ignoreProtect === true,
    vanished: new Map(),
    registrations: new Map(),
    children: new Map(),
    claimed: new Set(),
    inFlight: new Map(),
    soundNeeds: new Set(),
    aliased: new Map(),
    held: new Map(),
    cascades: Promise.resolve(),
    dependents: undefined,
    cascaded: new Map(),
    handovers: new Map(),
    policyPacks: [],
    stackOutputs: undefined,
    // A program that is not run need not be sound. What is wrong with it is wrong with none of its resources.
    mayChange: once(async () => {
      if (!runsProgram(request)) return;
      try {
        await ports.program?.mayChange?.();
      } catch (error) {
        reporter.diagnoseError(error);
        throw error;
      }
    }),
  };
  return { operation, inspection };
}

function createConstraint(request: OperationRequest): PlanConstraint | undefined {
  const plan = request.options?.plan;
  return plan === undefined
    ? undefined
    : new PlanConstraint(plan, plannedNames(plan, request, request.snapshot.resources));
}

function createsResources({ kind }: OperationRequest): boolean {
  return kind === 'up' || kind === 'preview';
}

function runsProgram({ kind, options }: OperationRequest): boolean {
  return kind === 'up' || kind === 'preview' || options?.runProgram === true;
}

/** An id that is not known yet reads as none: SDKs take it for unknown. */
function registered({ registrations }: Operation, urn: Urn): ReturnType<RegisteredResources['find']> {
  const state = registrations.get(urn)?.result?.state;
  return state === undefined ? undefined : { id: state.id === unknownId ? '' : state.id, outputs: state.outputs };
}

function createScrubber(request: OperationRequest): SecretScrubber {
  const scrubber = new SecretScrubber();
  for (const key of request.configSecretKeys) {
    const value = request.config[key];
    if (value !== undefined) scrubber.addText(value);
  }
  for (const text of request.secretTexts ?? []) scrubber.addText(text);
  scrubber.addLazily(() => recordedValues(request.snapshot));
  return scrubber;
}

function* recordedValues({ resources, pendingOperations }: Snapshot): Iterable<PropertyValue> {
  for (const { inputs, outputs } of resources) {
    yield inputs;
    yield outputs;
  }
  for (const { resource } of pendingOperations) yield resource.inputs;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

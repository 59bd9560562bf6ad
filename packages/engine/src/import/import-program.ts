import {
  bareGoal,
  MonitorClosedError,
  OperationError,
  type PluginRequest,
  type ProgramOutcome,
  type ProgramRunner,
  parseProviderReference,
  type ResourceMonitor,
  type ResourceState,
  referencedUrns,
  type Snapshot,
  stackType,
  stackUrn,
  type Urn,
} from '@radiant/model';
import { redeclare } from '../recorded-program/recorded-program.ts';

/** A thing that exists and is to be recorded as a resource, or a component to be recorded around such things. */
export type ImportedResource = {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  /** Recorded, or imported together with it; the stack by default. */
  readonly parent: Urn | undefined;
} & (
  | { readonly kind: 'component' }
  | {
      readonly kind: 'thing';
      readonly id: string;
      /** A recorded provider, as a reference `urn::id`; the default one otherwise. */
      readonly provider: string | undefined;
      readonly plugin: PluginRequest;
      /** The inputs that are recorded; all by default. */
      readonly properties: readonly string[] | undefined;
      readonly protect: boolean;
    }
);

/**
 * A program that declares what is to be imported, and what that leans on as it is recorded (engine reference 7.8). The
 * operation is to be bounded to the URNs of the imports: everything else stays as it is.
 */
export function importProgram(imports: readonly ImportedResource[], current: Snapshot): ProgramRunner {
  return {
    async run(monitor): Promise<ProgramOutcome> {
      assertNew(imports, current);
      try {
        const needed = { ...current, resources: neededRecords(imports, current) };
        await redeclare(monitor, needed, current, () => declareAll(monitor, imports, current));
        return { kind: 'finished' };
      } catch (error) {
        if (error instanceof MonitorClosedError) return { kind: 'cancelled' };
        throw error;
      }
    },
  };
}

function assertNew(imports: readonly ImportedResource[], { resources }: Snapshot): void {
  const taken = new Set(resources.filter(({ disposition }) => disposition === 'live').map(({ urn }) => urn));
  for (const { urn } of imports) {
    if (taken.has(urn))
      throw new OperationError({
        code: 'IMPORT_EXISTS',
        summary: `resource '${urn}' already exists`,
        remedy:
          'Import it under another name, or take what is recorded out of the state first: radiant state delete <urn>',
        urn,
      });
    taken.add(urn);
  }
}

/** What the imports refer to, and what that leans on, dependencies first as they are recorded. */
function neededRecords(imports: readonly ImportedResource[], { resources }: Snapshot): readonly ResourceState[] {
  const records = new Map(
    resources.filter(({ disposition }) => disposition === 'live').map((state) => [state.urn, state]),
  );
  const needed = new Set<Urn>();
  const need = (urn: Urn): void => {
    const state = records.get(urn);
    if (state === undefined || needed.has(urn)) return;
    needed.add(urn);
    for (const other of referencedUrns(state)) need(other);
  };
  for (const imported of imports) {
    if (imported.parent !== undefined) need(imported.parent);
    const server = imported.kind === 'thing' ? parseProviderReference(imported.provider ?? '') : undefined;
    if (server !== undefined) need(server.urn);
  }
  for (const state of records.values()) if (state.type === stackType) need(state.urn);
  return resources.filter(({ urn, disposition }) => disposition === 'live' && needed.has(urn));
}

async function declareAll(
  monitor: ResourceMonitor,
  imports: readonly ImportedResource[],
  { resources }: Snapshot,
): Promise<void> {
  const { project, stack } = monitor.info;
  const root = stackUrn(stack, project);
  if (!resources.some(({ urn }) => urn === root)) {
    await monitor.registerResource(bareGoal('component', stackType, `${project}-${stack}`, {}));
    await monitor.registerResourceOutputs(root, {});
  }
  const declared = new Map<Urn, Promise<unknown>>();
  const declare = (imported: ImportedResource): Promise<unknown> => {
    const known = declared.get(imported.urn);
    if (known !== undefined) return known;
    const parent = imports.find(({ urn }) => urn === imported.parent);
    const work = (parent === undefined ? Promise.resolve() : declare(parent)).then(() =>
      monitor.registerResource(goalOf(imported, root)),
    );
    declared.set(imported.urn, work);
    return work;
  };
  await Promise.allSettled(imports.map(declare));
  await Promise.all(declared.values());
}

function goalOf(imported: ImportedResource, root: Urn) {
  const { type, name, parent = root } = imported;
  if (imported.kind === 'component') return { ...bareGoal('component', type, name, {}), parent };
  const { id, provider, plugin, properties, protect } = imported;
  return {
    ...bareGoal('custom', type, name, {}),
    parent,
    ...(provider !== undefined && { provider }),
    plugin,
    protect,
    importId: id,
    adoptsAsFound: { properties },
  };
}

import { OutcomeUnknownError, type PropertyValue, type Urn } from '@radiant/model';
import fc from 'fast-check';
import { type Move, run, runUntilCrash } from './crash.ts';
import { simulatedRandom } from './simulated.ts';
import type { Options, Program, ProgramBody, TestStack } from './stack.ts';

/** One resource of a random program. References are to resources with lower numbers. */
export interface ResourceSpec {
  readonly isPresent: boolean;
  readonly isRenamed: boolean;
  readonly size: number;
  readonly kind: number;
  readonly of?: number;
  readonly fixedTo?: number;
  readonly fixedOn?: number;
  readonly after?: number;
  readonly replaceWith?: number;
  readonly deletedWith?: number;
}

export type ProgramSpec = readonly ResourceSpec[];

export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'fails' | 'in-doubt-before' | 'in-doubt-after' | 'interrupt'; readonly call: number }
  | { readonly kind: 'crash'; readonly write: number; readonly moment: 'before' | 'after' };

export interface Scenario {
  /** Which resources have a name of their own, and so cannot stand beside their successor. */
  readonly named: readonly boolean[];
  /** Which resources are children of a component. */
  readonly grouped: readonly boolean[];
  readonly turns: readonly Turn[];
  /** Of the latencies. */
  readonly seed: number;
}

export interface Turn {
  readonly program: ProgramSpec;
  readonly isGroupRenamed: boolean;
  readonly fault: Fault;
  readonly refresh: boolean;
  /** Before it, the things of this resource vanish from the world. Only before a turn that reads everything first. */
  readonly vanishing?: number | undefined;
}

const resourceCount = 6;

function resourceSpec(index: number): fc.Arbitrary<ResourceSpec> {
  const lower = () =>
    index === 0 ? fc.constant(undefined) : fc.option(fc.nat(index - 1), { nil: undefined, freq: 2 });
  const rarely = () =>
    index === 0 ? fc.constant(undefined) : fc.option(fc.nat(index - 1), { nil: undefined, freq: 1 });
  return fc.record({
    isPresent: fc.nat(9).map((n) => n > 1),
    isRenamed: fc.nat(9).map((n) => n > 7),
    size: fc.nat(1),
    kind: fc.nat(1),
    of: lower(),
    fixedTo: lower(),
    fixedOn: rarely(),
    after: lower(),
    replaceWith: fc.nat(4).chain((n) => (n === 0 ? rarely() : fc.constant(undefined))),
    deletedWith: fc.nat(4).chain((n) => (n === 0 ? rarely() : fc.constant(undefined))),
  }) as fc.Arbitrary<ResourceSpec>;
}

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant({ kind: 'none' } as const),
  fc.record({
    kind: fc.constantFrom('fails', 'in-doubt-before', 'in-doubt-after', 'interrupt'),
    call: fc.nat(8),
  }) as fc.Arbitrary<Fault>,
  fc.record({
    kind: fc.constant('crash'),
    write: fc.nat(16),
    moment: fc.constantFrom('before', 'after'),
  }) as fc.Arbitrary<Fault>,
);

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(1_000_000),
  named: fc.array(fc.boolean(), { minLength: resourceCount, maxLength: resourceCount }),
  grouped: fc.array(fc.boolean(), { minLength: resourceCount, maxLength: resourceCount }),
  turns: fc.array(
    fc.record({
      program: fc.tuple(...Array.from({ length: resourceCount }, (_, index) => resourceSpec(index))),
      isGroupRenamed: fc.nat(4).map((n) => n === 0),
      fault,
      refresh: fc.nat(5).map((n) => n === 0),
      vanishing: fc.option(fc.nat(resourceCount - 1), { nil: undefined, freq: 1 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

interface Made {
  readonly urn: Urn;
  readonly id: string;
  readonly serial: PropertyValue;
}

/** The program of a specification. As in a real one, what does not hang together is declared at the same time. */
export function programOf({ program: specs, isGroupRenamed }: Turn, { named, grouped }: Scenario): ProgramBody {
  return async (program) => {
    const groupName = (isRenamed: boolean) => (isRenamed ? 'team' : 'group');
    const aliases: Options['aliases'] = [{ kind: 'spec', name: groupName(!isGroupRenamed) }];
    const group = await program.component(groupName(isGroupRenamed), { aliases });
    const parents = grouped.map((isGrouped) => (isGrouped ? group.urn : program.stackUrn));
    const made: (Promise<Made> | undefined)[] = [];
    for (const [index, spec] of specs.entries())
      made.push(
        spec.isPresent
          ? declare(program, { index, spec, isNamed: named[index]!, parent: parents[index]! }, made)
          : undefined,
      );
    const failed = (await Promise.allSettled(made)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };
}

async function declare(
  program: Program,
  resource: { readonly index: number; readonly spec: ResourceSpec; readonly isNamed: boolean; readonly parent: Urn },
  made: readonly (Promise<Made> | undefined)[],
): Promise<Made> {
  const { index, spec, isNamed, parent } = resource;
  const at = async (other: number | undefined) => (other === undefined ? undefined : made[other]);
  const [of, after] = [await at(spec.of), await at(spec.after)];
  const [fixedTo, fixedOn] = [await at(spec.fixedTo), await at(spec.fixedOn)];
  const [replaceWith, deletedWith] = [await at(spec.replaceWith), await at(spec.deletedWith)];
  const letter = 'abcdef'[index];
  const inputs: Record<string, PropertyValue> = { size: spec.size, kind: spec.kind };
  const propertyDependencies: Record<string, Urn[]> = { size: [], kind: [] };
  const set = (property: string, value: PropertyValue, from: Made | undefined) => {
    inputs[property] = value;
    propertyDependencies[property] = from === undefined ? [] : [from.urn];
  };
  if (isNamed) set('name', `named-${letter}`, undefined);
  if (of !== undefined) set('of', of.serial, of);
  if (fixedTo !== undefined) set('fixedTo', fixedTo.serial, fixedTo);
  if (fixedOn !== undefined) set('fixedOn', fixedOn.serial, fixedOn);
  if (deletedWith !== undefined) set('goesWith', deletedWith.id, deletedWith);
  const needs = [of, fixedTo, fixedOn, after, replaceWith, deletedWith].filter((need) => need !== undefined);
  const name = (isRenamed: boolean) => `${isRenamed ? 's' : 'r'}${letter}`;
  const { urn, id, outputs } = await program.thing(name(spec.isRenamed), inputs, {
    dependencies: [...new Set(needs.map((need) => need.urn))],
    propertyDependencies,
    parent,
    aliases: [{ kind: 'spec', name: name(!spec.isRenamed) }],
    replaceWith: replaceWith === undefined ? [] : [replaceWith.urn],
    ...(deletedWith === undefined ? {} : { deletedWith: deletedWith.urn }),
  });
  return { urn, id, serial: outputs.serial ?? null };
}

/** Takes the things of one resource out of the world, behind the stack's back. */
export function vanish(stack: TestStack, index: number): void {
  for (const id of stack.world.names())
    if (new RegExp(`^(named-|[rs])${'abcdef'[index]}`).test(id)) stack.world.things.delete(id);
}

/** Calls that take a number of ticks that only the seed knows. */
export function randomLatency(seed: number): () => Promise<void> {
  const random = simulatedRandom(seed);
  return async () => {
    for (let left = random.seed('latency')[0]! % 24; left > 0; left -= 1) await Promise.resolve();
  };
}

/** Runs one turn with its fault. Returns whether it was undisturbed. */
export async function runTurn(stack: TestStack, move: Move, faulty: Fault): Promise<boolean> {
  if (faulty.kind === 'none') {
    const { result, errors } = await run(stack, move);
    if (result !== 'succeeded') throw new Error(`an undisturbed turn failed: ${errors.join('; ')}`);
    return true;
  }
  if (faulty.kind === 'crash') return !(await runUntilCrash(stack, move, faulty));
  const drain = new AbortController();
  const isMet = counter(faulty.call);
  const { world } = stack;
  const disturb = (call: string, moment: 'before' | 'after') => {
    if (!['create', 'update', 'delete'].includes(call)) return;
    if (moment === (faulty.kind === 'in-doubt-after' ? 'before' : 'after') || !isMet()) return;
    if (faulty.kind === 'interrupt') drain.abort();
    else if (faulty.kind === 'fails') throw new Error('simulated failure');
    else throw new OutcomeUnknownError('simulated loss of the connection');
  };
  world.onCall = (call) => disturb(call, 'before');
  world.onDone = (call) => disturb(call, 'after');
  const { result } = await run(stack, move, { drain: drain.signal });
  world.onCall = () => {};
  world.onDone = () => {};
  return result === 'succeeded';
}

function counter(target: number): () => boolean {
  let count = -1;
  return () => {
    count += 1;
    return count === target;
  };
}

import { OutcomeUnknownError, type PropertyValue, type Urn } from '@radiant/model';
import fc from 'fast-check';
import { type Move, run, runUntilCrash } from './crash.ts';
import type { ProgramBody, TestStack } from './stack.ts';

/** One resource of a random program. References are to resources with lower numbers. */
export interface ResourceSpec {
  readonly isPresent: boolean;
  readonly isRenamed: boolean;
  readonly size: number;
  readonly kind: number;
  readonly of?: number;
  readonly fixedTo?: number;
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
  readonly turns: readonly { readonly program: ProgramSpec; readonly fault: Fault; readonly refresh: boolean }[];
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
    kind: fc.nat(3).map((n) => (n > 2 ? 1 : 0)),
    of: lower(),
    fixedTo: rarely(),
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
  named: fc.array(fc.boolean(), { minLength: resourceCount, maxLength: resourceCount }),
  turns: fc.array(
    fc.record({
      program: fc.tuple(...Array.from({ length: resourceCount }, (_, index) => resourceSpec(index))),
      fault,
      refresh: fc.nat(5).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

/** The program of a specification. */
export function programOf(specs: ProgramSpec, named: readonly boolean[]): ProgramBody {
  return async (program) => {
    const made = new Map<number, { readonly urn: Urn; readonly id: string; readonly serial: PropertyValue }>();
    for (const [index, spec] of specs.entries()) {
      if (!spec.isPresent) continue;
      const at = (other: number | undefined) => (other === undefined ? undefined : made.get(other));
      const [of, fixedTo, after] = [at(spec.of), at(spec.fixedTo), at(spec.after)];
      const [replaceWith, deletedWith] = [at(spec.replaceWith), at(spec.deletedWith)];
      const name = (isRenamed: boolean) => `${isRenamed ? 's' : 'r'}${'abcdef'[index]}`;
      const needs = [of, fixedTo, after, replaceWith, deletedWith].filter((need) => need !== undefined);
      const inputs: Record<string, PropertyValue> = { size: spec.size, kind: spec.kind };
      if (named[index]) inputs.name = `named-${'abcdef'[index]}`;
      if (of !== undefined) inputs.of = of.serial;
      if (fixedTo !== undefined) inputs.fixedTo = fixedTo.serial;
      if (deletedWith !== undefined) inputs.goesWith = deletedWith.id;
      const propertyDependencies: Record<string, Urn[]> = { size: [], kind: [] };
      if (of !== undefined) propertyDependencies.of = [of.urn];
      if (fixedTo !== undefined) propertyDependencies.fixedTo = [fixedTo.urn];
      if (deletedWith !== undefined) propertyDependencies.goesWith = [deletedWith.urn];
      const { urn, id, outputs } = await program.thing(name(spec.isRenamed), inputs, {
        dependencies: [...new Set(needs.map((need) => need.urn))],
        propertyDependencies,
        aliases: [{ kind: 'spec', name: name(!spec.isRenamed) }],
        replaceWith: replaceWith === undefined ? [] : [replaceWith.urn],
        ...(deletedWith === undefined ? {} : { deletedWith: deletedWith.urn }),
      });
      made.set(index, { urn, id, serial: outputs.serial ?? null });
    }
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

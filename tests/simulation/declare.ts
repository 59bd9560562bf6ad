import {
  type PropertyValue,
  type RegisterResourceResult,
  type ResourceMonitor,
  Secret,
  Unknown,
  type Urn,
} from '@radiant/model';
import { goal, type Options, type Program } from '../lifecycle/harness/stack.ts';
import { bindingsOf } from './hooks.ts';
import { canaryOf, foreignId, nameOf, ownName, shelfType, thingType } from './names.ts';
import { isLetter, type Letter, type Place, type ResourceSpec } from './scenario.ts';
import { transformOf } from './transforms.ts';

/** What a program knows of a resource it has declared. */
export interface Made {
  readonly urn: Urn;
  readonly id: PropertyValue;
  readonly serial: PropertyValue;
  /** Whom the serial comes from. */
  readonly serialFrom: readonly Urn[];
  /** What it goes with, and its children with it, unless they say something else. */
  readonly host?: Made | undefined;
}

export interface Parents {
  readonly group: Urn;
  readonly inner: Urn;
}

export type Lookup = (letter: Letter | undefined) => Promise<Made | undefined>;

interface Context {
  readonly program: Program;
  readonly named: readonly Letter[];
  readonly at: Lookup;
  readonly parents: Parents;
  readonly provider: Promise<string> | undefined;
}

/** One resource of a program, when all that it names is there. */
export async function declare(context: Context, letter: Letter, spec: ResourceSpec): Promise<Made> {
  const { program, at, parents } = context;
  const above = isLetter(spec.parent) ? await at(spec.parent) : undefined;
  const parent = above?.urn ?? placeOf(context, spec.parent);
  const name = nameOf(letter, spec.isRenamed);
  const aliases = aliasesOf(letter, { name, parent }, [program.stackUrn, parents.group, parents.inner]);
  const after = await at(spec.after);
  const dependencies = after === undefined ? [] : [after.urn];
  if (spec.form === 'component') {
    const { urn } = await program.monitor.registerResource(
      goal('component', thingType, name, {}, { parent, aliases, dependencies, ...callbacksOf(letter, spec) }),
    );
    return { urn, id: urn, serial: `component-${letter}`, serialFrom: [urn], host: above?.host };
  }
  const provider = await context.provider;
  if (spec.form === 'read') {
    const { urn, outputs } = await program.monitor.readResource({
      type: thingType,
      name,
      id: foreignId(letter),
      parent,
      inputs: {},
      dependencies,
      ...(provider === undefined ? {} : { provider }),
      additionalSecretOutputs: spec.hidesSerial === true ? ['serial'] : [],
      stackTrace: [],
    });
    return { urn, id: foreignId(letter), serial: serialOf(program.monitor, { outputs }), serialFrom: [urn] };
  }
  const host = (await at(spec.deletedWith)) ?? above?.host;
  const { inputs, options } = await sayAll(context, letter, spec, host);
  const all = { ...options, parent, aliases, ...(provider === undefined ? {} : { provider }) };
  const [kind, type] = spec.form === 'remote' ? (['remote', shelfType] as const) : (['custom', thingType] as const);
  const answer = await program.monitor.registerResource(goal(kind, type, name, inputs, all));
  return { ...made(program, kind, answer), host };
}

function placeOf({ program, parents }: Context, place: Place | undefined): Urn {
  return place === 'group' || place === 'inner' ? parents[place] : program.stackUrn;
}

function made({ monitor }: Program, kind: 'custom' | 'remote', answer: RegisterResourceResult): Made {
  const { urn, id, isUnknown, propertyDependencies } = answer;
  const isIdUnknown = isUnknown === true || monitor.info.isDryRun;
  return {
    urn,
    id: kind === 'remote' ? urn : id !== '' ? id : isIdUnknown ? new Unknown() : null,
    serial: serialOf(monitor, answer),
    serialFrom: [...new Set([urn, ...(propertyDependencies?.serial ?? [])])],
  };
}

/** As SDKs take it: in a preview, what is not among the outputs may come to be there. */
export function serialOf(
  { info }: ResourceMonitor,
  { outputs, isUnknown = false }: Pick<RegisterResourceResult, 'outputs' | 'isUnknown'>,
): PropertyValue {
  if (isUnknown) return new Unknown();
  return outputs.serial ?? (info.isDryRun ? new Unknown() : null);
}

function callbacksOf(letter: Letter, spec: ResourceSpec): Pick<Options, 'hooks' | 'transforms'> {
  const hooks = bindingsOf(letter, spec);
  return {
    ...(hooks === undefined ? {} : { hooks }),
    ...(spec.transform === undefined ? {} : { transforms: [transformOf(spec.transform)] }),
  };
}

/** Every other name and place that the resource may have had. */
function aliasesOf(
  letter: Letter,
  now: { readonly name: string; readonly parent: Urn },
  parents: readonly Urn[],
): Options['aliases'] {
  const places = parents.flatMap((parent) =>
    [nameOf(letter, false), nameOf(letter, true)].map((name) => ({ name, parent })),
  );
  return places
    .filter(({ name, parent }) => name !== now.name || parent !== now.parent)
    .map(({ name, parent }) => ({ kind: 'spec', name, parent: { kind: 'urn', urn: parent } }));
}

async function sayAll({ named, at }: Context, letter: Letter, spec: ResourceSpec, host: Made | undefined) {
  const [of, fixedTo, fixedOn] = [await at(spec.of), await at(spec.fixedTo), await at(spec.fixedOn)];
  const [replaceWith, deletedWith] = [await at(spec.replaceWith), await at(spec.deletedWith)];
  const after = await at(spec.after);
  const triggering = typeof spec.trigger === 'object' ? await at(spec.trigger.of) : undefined;
  const inputs: Record<string, PropertyValue> = { size: spec.size ?? 0, kind: spec.kind ?? 0 };
  const propertyDependencies: Record<string, Urn[]> = { size: [], kind: [] };
  const say = (property: string, value: PropertyValue, from?: Made) => {
    inputs[property] = value;
    propertyDependencies[property] = from === undefined ? [] : [...from.serialFrom];
  };
  if (named.includes(letter)) say('name', ownName(letter));
  if (spec.hasSecret === true) say('password', new Secret(canaryOf(letter)));
  if (of !== undefined) say('of', of.serial, of);
  if (fixedTo !== undefined) say('fixedTo', fixedTo.serial, fixedTo);
  if (fixedOn !== undefined) say('fixedOn', fixedOn.serial, fixedOn);
  if (host !== undefined) say('goesWith', host.id, host);
  const trigger = typeof spec.trigger === 'string' ? spec.trigger : triggering?.serial;
  const needs = [of, fixedTo, fixedOn, after, replaceWith, host, triggering].flatMap((need) => need?.serialFrom ?? []);
  const options: Options = {
    dependencies: [...new Set(needs)],
    propertyDependencies,
    replaceWith: replaceWith === undefined ? [] : [replaceWith.urn],
    ...(deletedWith === undefined ? {} : { deletedWith: deletedWith.urn }),
    ...(trigger === undefined ? {} : { replacementTrigger: trigger }),
    ...(spec.protect === undefined ? {} : { protect: spec.protect }),
    ...(spec.retain === undefined ? {} : { retainOnDelete: spec.retain }),
    ...(spec.deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace: spec.deleteBeforeReplace }),
    ignoreChanges: spec.ignoresSize === true ? ['size'] : [],
    replaceOnChanges: spec.replacesOnSize === true ? ['size'] : [],
    additionalSecretOutputs: spec.hidesSerial === true ? ['serial'] : [],
    ...(spec.adopts === true && spec.form === 'custom' ? { importId: foreignId(letter) } : {}),
    ...callbacksOf(letter, spec),
  };
  return { inputs, options };
}

import { formatProviderReference, type PropertyValue, Secret, Unknown, type Urn, unknownId } from '@radiant/model';
import { goal, type Options, type Program, type ProgramBody } from '../lifecycle/harness/stack.ts';
import { canaryOf, foreignId, nameOf, thingType } from './names.ts';
import { type Letter, letters, type ProgramSpec, type ProviderName, type ResourceSpec } from './scenario.ts';

interface Made {
  readonly urn: Urn;
  readonly id: PropertyValue;
  readonly serial: PropertyValue;
}

/** The program of a specification. As in a real one, what does not hang together is declared at the same time. */
export function programOf(spec: ProgramSpec, named: readonly Letter[]): ProgramBody {
  return async (program) => {
    const parents = await declareGroups(program, spec.isGroupRenamed === true);
    const making = new Map<Letter, Promise<Made>>();
    const providers = new Map<ProviderName, Promise<string>>();
    const at = async (letter: Letter | undefined) => (letter === undefined ? undefined : making.get(letter));
    const present = letters.filter((letter) => spec[letter] !== undefined);
    let declared = 0;
    for (const letter of present) {
      if (spec.throwsAfter === declared) break;
      declared += 1;
      const resource = spec[letter]!;
      const provider = resource.provider;
      if (provider !== undefined && spec.providers?.[provider] !== undefined && !providers.has(provider))
        providers.set(provider, declareProvider(program, spec, provider, at));
      const context = { program, named, at, parents, provider: provider && providers.get(provider) };
      making.set(letter, declare(context, letter, resource));
    }
    const results = await Promise.allSettled([...making.values(), ...providers.values()]);
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    if (spec.throwsAfter !== undefined) throw new Error('the program throws half way');
    const exported = await at(spec.exports);
    await program.export(exported === undefined ? {} : { exported: exported.serial });
  };
}

interface Parents {
  readonly group: Urn;
  readonly inner: Urn;
}

/** A component in a component; the outer one has two names. */
async function declareGroups(program: Program, isRenamed: boolean): Promise<Parents> {
  const name = (renamed: boolean) => (renamed ? 'team' : 'group');
  const aliases: Options['aliases'] = [{ kind: 'spec', name: name(!isRenamed) }];
  const group = await program.component(name(isRenamed), { aliases });
  const inner = await program.component('inner', { parent: group.urn });
  return { group: group.urn, inner: inner.urn };
}

type Lookup = (letter: Letter | undefined) => Promise<Made | undefined>;

async function declareProvider(program: Program, spec: ProgramSpec, name: ProviderName, at: Lookup): Promise<string> {
  const { region, target } = spec.providers![name]!;
  const from = await at(target);
  const { urn, id } = await program.resource(
    'pulumi:providers:test',
    name,
    { region, ...(from === undefined ? {} : { target: from.serial }) },
    from === undefined ? {} : { dependencies: [from.urn], propertyDependencies: { target: [from.urn] } },
  );
  // As the SDK says it of one that does not exist yet.
  return formatProviderReference({ urn, id: id === '' ? unknownId : id });
}

interface Context {
  readonly program: Program;
  readonly named: readonly Letter[];
  readonly at: Lookup;
  readonly parents: Parents;
  readonly provider: Promise<string> | undefined;
}

async function declare(context: Context, letter: Letter, spec: ResourceSpec): Promise<Made> {
  const { program, at, parents } = context;
  const parent = spec.parent === undefined ? program.stackUrn : parents[spec.parent];
  const name = nameOf(letter, spec.isRenamed);
  const aliases = aliasesOf(letter, { name, parent }, [program.stackUrn, parents.group, parents.inner]);
  const after = await at(spec.after);
  const dependencies = after === undefined ? [] : [after.urn];
  if (spec.form === 'component') {
    const { urn } = await program.monitor.registerResource(
      goal('component', thingType, name, {}, { parent, aliases, dependencies }),
    );
    return { urn, id: urn, serial: `component-${letter}` };
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
    return { urn, id: foreignId(letter), serial: outputs.serial ?? null };
  }
  const { inputs, options } = await sayAll(context, letter, spec);
  const all = { ...options, parent, aliases, ...(provider === undefined ? {} : { provider }) };
  const { urn, id, outputs, isUnknown } = await program.resource(thingType, name, inputs, all);
  const isIdUnknown = isUnknown === true || program.monitor.info.isDryRun;
  return {
    urn,
    id: id !== '' ? id : isIdUnknown ? new Unknown() : null,
    serial: isUnknown === true ? new Unknown() : (outputs.serial ?? null),
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

async function sayAll({ named, at }: Context, letter: Letter, spec: ResourceSpec) {
  const [of, fixedTo, fixedOn] = [await at(spec.of), await at(spec.fixedTo), await at(spec.fixedOn)];
  const [replaceWith, deletedWith] = [await at(spec.replaceWith), await at(spec.deletedWith)];
  const after = await at(spec.after);
  const triggering = typeof spec.trigger === 'object' ? await at(spec.trigger.of) : undefined;
  const inputs: Record<string, PropertyValue> = { size: spec.size ?? 0, kind: spec.kind ?? 0 };
  const propertyDependencies: Record<string, Urn[]> = { size: [], kind: [] };
  const say = (property: string, value: PropertyValue, from?: Made) => {
    inputs[property] = value;
    propertyDependencies[property] = from === undefined ? [] : [from.urn];
  };
  if (named.includes(letter)) say('name', `named-${letter}`);
  if (spec.hasSecret === true) say('password', new Secret(canaryOf(letter)));
  if (of !== undefined) say('of', of.serial, of);
  if (fixedTo !== undefined) say('fixedTo', fixedTo.serial, fixedTo);
  if (fixedOn !== undefined) say('fixedOn', fixedOn.serial, fixedOn);
  if (deletedWith !== undefined) say('goesWith', deletedWith.id, deletedWith);
  const trigger = typeof spec.trigger === 'string' ? spec.trigger : triggering?.serial;
  const needs = [of, fixedTo, fixedOn, after, replaceWith, deletedWith, triggering].flatMap((need) => need?.urn ?? []);
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
    ...(spec.adopts === true ? { importId: foreignId(letter) } : {}),
  };
  return { inputs, options };
}

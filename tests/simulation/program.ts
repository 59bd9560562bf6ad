import { formatProviderReference, unknownId } from '@radiant/model';
import type { Options, Program, ProgramBody } from '../lifecycle/harness/stack.ts';
import { declare, type Lookup, type Made, type Parents } from './declare.ts';
import { type Ears, registerHooks } from './hooks.ts';
import { type Letter, letters, type ProgramSpec, type ProviderName, type TransformKind } from './scenario.ts';
import { transformOf } from './transforms.ts';

/** The program of a specification. As in a real one, what does not hang together is declared at the same time. */
export function programOf(spec: ProgramSpec, named: readonly Letter[]): (ears: Ears) => ProgramBody {
  return (ears) => async (program) => {
    registerHooks(program.monitor, spec, ears);
    const { stack, group } = spec.transforms ?? {};
    if (stack !== undefined) program.monitor.registerStackTransform(transformOf(stack));
    const parents = await declareGroups(program, spec.isGroupRenamed === true, group);
    const making = new Map<Letter, Promise<Made>>();
    const providers = new Map<ProviderName, Promise<string>>();
    const at = async (letter: Letter | undefined) => (letter === undefined ? undefined : making.get(letter));
    const order = spec.isReversed === true ? letters.toReversed() : letters;
    const present = order.filter((letter) => spec[letter] !== undefined);
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

/** A component in a component; the outer one has two names. */
async function declareGroups(
  program: Program,
  isRenamed: boolean,
  transform: TransformKind | undefined,
): Promise<Parents> {
  const name = (renamed: boolean) => (renamed ? 'team' : 'group');
  const aliases: Options['aliases'] = [{ kind: 'spec', name: name(!isRenamed) }];
  const transforms = transform === undefined ? [] : [transformOf(transform)];
  const group = await program.component(name(isRenamed), { aliases, transforms });
  const inner = await program.component('inner', { parent: group.urn });
  return { group: group.urn, inner: inner.urn };
}

async function declareProvider(program: Program, spec: ProgramSpec, name: ProviderName, at: Lookup): Promise<string> {
  const { region, target } = spec.providers![name]!;
  const from = await at(target);
  const { urn, id } = await program.resource(
    'pulumi:providers:test',
    name,
    { region, ...(from === undefined ? {} : { target: from.serial }) },
    from === undefined ? {} : { dependencies: [from.urn], propertyDependencies: { target: from.serialFrom } },
  );
  // As the SDK says it of one that does not exist yet.
  return formatProviderReference({ urn, id: id === '' ? unknownId : id });
}

import { isLetter, type Letter, letters, type ProgramSpec, type ProviderSpec, type ResourceSpec } from './scenario.ts';

const references = ['of', 'fixedTo', 'fixedOn', 'after', 'replaceWith', 'deletedWith', 'parent'] as const;

/** The same program with the last letter in the place of the first, and so on. */
export function mirrored(program: ProgramSpec): ProgramSpec {
  const { a, b, c, d, e, f, providers, exports: exported, ...rest } = program;
  const specs = Object.entries({ a, b, c, d, e, f }) as [Letter, ResourceSpec | undefined][];
  return {
    ...rest,
    ...Object.fromEntries(specs.flatMap(([letter, spec]) => (spec ? [[mirror(letter), mirroredResource(spec)]] : []))),
    ...(providers === undefined ? {} : { providers: mapValues(providers, mirroredProvider) }),
    ...(exported === undefined ? {} : { exports: mirror(exported) }),
  };
}

function mirror<Value>(value: Value | Letter): Value | Letter {
  return isLetter(value) ? letters[letters.length - 1 - letters.indexOf(value)]! : value;
}

function mirroredResource(spec: ResourceSpec): ResourceSpec {
  const named = references.filter((option) => spec[option] !== undefined);
  return {
    ...spec,
    ...Object.fromEntries(named.map((option) => [option, mirror(spec[option]!)])),
    ...(typeof spec.trigger === 'object' ? { trigger: { of: mirror(spec.trigger.of) } } : {}),
  };
}

function mirroredProvider(spec: ProviderSpec): ProviderSpec {
  return spec.target === undefined ? spec : { ...spec, target: mirror(spec.target) };
}

function mapValues<Key extends string, Value>(
  values: { readonly [key in Key]?: Value },
  map: (value: Value) => Value,
): { readonly [key in Key]?: Value } {
  const entries = Object.entries(values) as [Key, Value][];
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value)])) as { [key in Key]?: Value };
}

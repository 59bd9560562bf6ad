import { type ResourceTransform, Secret, type TransformResult } from '@radiant/model';
import { canaryOf, letterOf, shelfType, thingType } from './names.ts';
import { type Letter, letters, type ProgramSpec, type ResourceSpec, type TransformKind } from './scenario.ts';

/** The size that a transform gives. */
const transformedSize = 5;

/** A transform of the scenarios' resources; what else it sees it leaves as it is. */
export function transformOf(kind: TransformKind): ResourceTransform {
  return async ({ type, name, inputs, options }): Promise<TransformResult> => {
    const letter = letterOf(name);
    if (letter === undefined || (type !== thingType && type !== shelfType)) return { inputs, options };
    switch (kind) {
      case 'resizes':
        return { inputs: { ...inputs, size: transformedSize }, options };
      case 'protects':
        return { inputs, options: { ...options, protect: true } };
      case 'retains':
        return { inputs, options: { ...options, retainOnDelete: true } };
      case 'hides':
        return { inputs: { ...inputs, password: new Secret(canaryOf(letter)) }, options };
      case 'throws':
        throw new Error(`the transform dislikes ${name}`);
    }
  };
}

const effects: { readonly [kind in TransformKind]: Partial<ResourceSpec> } = {
  resizes: { size: transformedSize },
  protects: { protect: true },
  retains: { retain: true },
  hides: { hasSecret: true },
  throws: {},
};

/** What a program says of a resource once its transforms have seen it. */
export function asTransformed(program: ProgramSpec, letter: Letter): ResourceSpec | undefined {
  const spec = program[letter];
  if (spec === undefined || spec.form === 'read') return spec;
  const { stack, group } = program.transforms ?? {};
  const kinds = [spec.transform, spec.parent === undefined ? undefined : group, stack];
  return Object.assign({}, spec, ...kinds.map((kind) => (kind === undefined ? {} : effects[kind])));
}

export function transformsOf(program: ProgramSpec): readonly TransformKind[] {
  const { stack, group } = program.transforms ?? {};
  return [stack, group, ...letters.map((letter) => program[letter]?.transform)].filter((kind) => kind !== undefined);
}

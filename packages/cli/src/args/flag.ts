/** Whether a flag stands alone, takes a value, or may take one after `=`. */
export type FlagArity = 'none' | 'value' | 'optional';

/** `works`; `ignored`: accepted because scripts pass it, and without meaning here; `refused`: there will be no such flag. */
export type FlagSupport = 'works' | 'ignored' | 'refused';

export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly arity: FlagArity;
  readonly support: FlagSupport;
  /** What it does; of a refused one: why there is none, and what to do instead. */
  readonly description: string;
  readonly valueName?: string;
  readonly choices?: readonly string[];
  readonly isRepeatable?: boolean;
  readonly isHidden?: boolean;
}

type Details = Partial<Pick<Flag, 'valueName' | 'choices' | 'isRepeatable' | 'isHidden'>>;

/** `names` as they are typed: `yes, y`. */
export function flag(names: string, description: string, details: Details = {}): Flag {
  return { ...named(names), arity: 'none', support: 'works', description, ...details };
}

export function valueFlag(names: string, valueName: string, description: string, details: Details = {}): Flag {
  return { ...named(names), arity: 'value', support: 'works', description, valueName, ...details };
}

export function optionalValueFlag(names: string, valueName: string, description: string): Flag {
  return { ...named(names), arity: 'optional', support: 'works', description, valueName };
}

/** `target=` takes a value, `suppress[=]` may take one, `strict` takes none. */
export function ignored(...names: readonly string[]): readonly Flag[] {
  return names.map((text) => unsupported(text, 'ignored'));
}

export function refused(reason: string, ...names: readonly string[]): readonly Flag[] {
  return names.map((text) => ({ ...unsupported(text, 'refused'), description: reason }));
}

function unsupported(text: string, support: FlagSupport): Flag {
  const arity = text.endsWith('[=]') ? 'optional' : text.endsWith('=') ? 'value' : 'none';
  const names = text.replace(/(\[=\]|=)$/, '');
  return { ...named(names), arity, support, description: '', isHidden: true, isRepeatable: arity !== 'none' };
}

function named(names: string): { name: string; short?: string } {
  const [name, short] = names.split(/, */);
  return short === undefined ? { name: name! } : { name: name!, short };
}

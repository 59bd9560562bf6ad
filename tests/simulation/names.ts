import { type Letter, letters } from './scenario.ts';

export const projectName = 'proj';
export const stackName = 'dev';

/** The type of the scenarios' resources: named after the operation's chance, so that a preview can foresee it. */
export const thingType = 'test:index:Seeded';
export const groupType = 'test:index:Group';
/** A component that its provider constructs. */
export const shelfType = 'test:index:Shelf';

/** Told to nobody in the clear. */
export function canaryOf(letter: Letter): string {
  return `canary-of-${letter}-hush`;
}

export function foreignId(letter: Letter): string {
  return `foreign-${letter}`;
}

/** What a thing is called whose letter is one of those that have names of their own. */
export function ownName(letter: Letter): string {
  return `named-${letter}`;
}

/** What a resource of that letter is called by the program. */
export function nameOf(letter: Letter, isRenamed: boolean | undefined): string {
  return `${isRenamed === true ? 's' : 'r'}${letter}`;
}

/** The thing in a remote component of that name. */
export function bookOf(name: string): string {
  return `${name}-book`;
}

/** Whose name that is, or that of what is in it; undefined for a group, a provider or the stack. */
export function letterOf(name: string): Letter | undefined {
  const letter = /^[rs]([a-f])(-book)?$/.exec(name)?.[1];
  return letters.find((candidate) => candidate === letter);
}

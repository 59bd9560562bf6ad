import { type Letter, letters } from './scenario.ts';

export const projectName = 'proj';
export const stackName = 'dev';

/** The type of the scenarios' resources: named after the operation's chance, so that a preview can foresee it. */
export const thingType = 'test:index:Seeded';
export const groupType = 'test:index:Group';

/** Told to nobody in the clear. */
export function canaryOf(letter: Letter): string {
  return `canary-of-${letter}-hush`;
}

export function foreignId(letter: Letter): string {
  return `foreign-${letter}`;
}

/** What a resource of that letter is called by the program. */
export function nameOf(letter: Letter, isRenamed: boolean | undefined): string {
  return `${isRenamed === true ? 's' : 'r'}${letter}`;
}

/** Whose name that is; undefined for a group, a provider or the stack. */
export function letterOf(name: string): Letter | undefined {
  return letters.find((letter) => name === `r${letter}` || name === `s${letter}`);
}

import { ownName } from '../names.ts';
import { isLetter, type Letter, letters, type ProgramSpec, type Scenario } from '../scenario.ts';
import { losing } from '../tampering.ts';

/**
 * Whether a thing of that name was lost, itself or with its host, and may be made again: what had leaned on it does not
 * lean on the new one.
 */
export function hasReturned({ turns }: Scenario, id: string): boolean {
  const own = letters.find((letter) => id === ownName(letter));
  if (own === undefined) return false;
  const hasHost = turns.some(({ program }) => isHosted(program, own));
  return turns.some(({ tampering }) =>
    tampering?.some(({ kind, letter }) => (kind === 'vanishes' && letter === own) || (hasHost && losing.has(kind))),
  );
}

/** Whether it goes with something, itself or since what it is in does. */
function isHosted(program: ProgramSpec, letter: Letter): boolean {
  const { deletedWith, parent } = program[letter] ?? {};
  return deletedWith !== undefined || (isLetter(parent) && isHosted(program, parent));
}

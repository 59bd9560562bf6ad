import type { OperationOptions } from '@radiant/engine';
import { childUrn, type Snapshot, stackUrn, type Urn, urnName } from '@radiant/model';
import { groupType, letterOf, nameOf, projectName, shelfType, stackName, thingType } from './names.ts';
import { type Flags, isLetter, type Letter, type Pattern, type Place, type ProgramSpec } from './scenario.ts';

/** The flags of a command as the engine takes them: letters become the URNs that a person would look up. */
export function optionsOf(flags: Flags, program: ProgramSpec, snapshot: Snapshot): OperationOptions {
  const resolve = (patterns: readonly Pattern[] = []) =>
    patterns.flatMap((pattern): readonly string[] =>
      isLetter(pattern) ? urnsOf(pattern, program, snapshot) : [pattern],
    );
  const { targets, excludes, replaces, targetReplaces, ...others } = flags;
  const targetReplaced = resolve(targetReplaces);
  const lists = {
    targets: [...resolve(targets), ...targetReplaced],
    excludes: resolve(excludes),
    replaces: [...resolve(replaces), ...targetReplaced],
  };
  return { ...others, ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) };
}

function urnsOf(letter: Letter, program: ProgramSpec, { resources }: Snapshot): readonly Urn[] {
  const recorded = resources.filter(
    ({ urn, disposition }) => disposition === 'live' && letterOf(urnName(urn)) === letter,
  );
  return recorded.length > 0 ? recorded.map(({ urn }) => urn) : [declaredUrn(letter, program)];
}

function declaredUrn(letter: Letter, program: ProgramSpec): Urn {
  const spec = program[letter];
  return childUrn(
    stackName,
    projectName,
    placeUrn(spec?.parent, program),
    spec?.form === 'remote' ? shelfType : thingType,
    nameOf(letter, spec?.isRenamed),
  );
}

function placeUrn(place: Place | undefined, program: ProgramSpec): Urn {
  const root = stackUrn(stackName, projectName);
  if (place === undefined) return root;
  if (isLetter(place)) return program[place] === undefined ? root : declaredUrn(place, program);
  const group = childUrn(stackName, projectName, root, groupType, program.isGroupRenamed === true ? 'team' : 'group');
  return place === 'group' ? group : childUrn(stackName, projectName, group, groupType, 'inner');
}

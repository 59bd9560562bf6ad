import type { Episode } from '../run-scenario.ts';
import { planBinds, planIsFollowed, previewEqualsUp, previewTouchesNothing } from './foresight.ts';
import { hooksComeFirst, hooksForbid, hooksHearOfIt, onlyHooksRepeat } from './hooks.ts';
import type { Invariant } from './invariant.ts';
import { destroyLeavesNothing, endsAsDeclared, secondUpIsEmpty, undisturbedSucceeds } from './outcome.ts';
import {
  endsInOrder,
  everyPrefixHoldsTogether,
  interruptsStop,
  nothingDoubled,
  nothingOutOfKind,
  nothingUnannounced,
  recordIsWhatTheJournalSays,
} from './record.ts';
import { secretsStaySecret } from './secrets.ts';
import { unselectedStays } from './selection.ts';
import {
  deletionsRespectDependencies,
  foreignStays,
  keptIsNotDeleted,
  nothingOrphaned,
  protectedStays,
  recordedIsNotDeleted,
} from './things.ts';
import { failedIsNotBuiltOn, onlyStepsChange } from './unchanged.ts';

export const invariants: readonly Invariant[] = [
  endsInOrder,
  interruptsStop,
  everyPrefixHoldsTogether,
  recordIsWhatTheJournalSays,
  nothingUnannounced,
  nothingOutOfKind,
  onlyStepsChange,
  unselectedStays,
  failedIsNotBuiltOn,
  nothingOrphaned,
  nothingDoubled,
  deletionsRespectDependencies,
  recordedIsNotDeleted,
  protectedStays,
  keptIsNotDeleted,
  foreignStays,
  hooksForbid,
  hooksComeFirst,
  hooksHearOfIt,
  onlyHooksRepeat,
  secretsStaySecret,
  previewTouchesNothing,
  previewEqualsUp,
  planIsFollowed,
  planBinds,
  undisturbedSucceeds,
  secondUpIsEmpty,
  endsAsDeclared,
  destroyLeavesNothing,
];

/** What an operation broke, each with the name of the invariant. */
export function violationsOf(episode: Episode): string[] {
  return invariants.flatMap(({ name, check }) => {
    const problem = check(episode);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}

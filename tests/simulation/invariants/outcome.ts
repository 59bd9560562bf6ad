import type { OperationOptions } from '@radiant/engine';
import { type PropertyMap, revealSecrets, type Urn, urnName } from '@radiant/model';
import { letterOf, ownName } from '../names.ts';
import type { Observation } from '../observe.ts';
import type { Episode } from '../run-scenario.ts';
import { isLetter, type Letter, letters, type ProgramSpec, type ResourceSpec, type Scenario } from '../scenario.ts';
import { losing } from '../tampering.ts';
import { asTransformed, transformsOf } from '../transforms.ts';
import type { Invariant } from './invariant.ts';
import { hasReturned } from './returned.ts';

export const planRefusal = /by the plan|violates plan|expected resource operations/;

/** Where a preview cannot ask a provider that is not configured yet. */
export function hasUnforeseeable({ turns }: Scenario): boolean {
  return turns.some(({ program }) => isUnconfigured(program));
}

/** Whether a provider hangs on a resource, and so may not be configured in a preview. */
export function isUnconfigured({ providers = {} }: ProgramSpec): boolean {
  return Object.values(providers).some((provider) => provider?.target !== undefined);
}

/** Failures that a scenario itself asks for, and by which of its resources' options. */
const explanations: readonly {
  readonly pattern: RegExp;
  readonly isAsked: (scenario: Scenario, seen: Observation) => boolean;
}[] = [
  {
    pattern: /the program throws half way/,
    isAsked: ({ turns }) => turns.some(({ program }) => program.throwsAfter !== undefined),
  },
  { pattern: /protected|marked for protection/, isAsked: says((spec) => spec.protect === true) },
  {
    pattern: /already exists/,
    isAsked: (scenario) =>
      scenario.canLookUp === false ||
      says(
        (spec) =>
          spec.form !== 'custom' ||
          spec.deleteBeforeReplace === false ||
          spec.retain === true ||
          spec.adopts === true ||
          isLetter(spec.parent),
      )(scenario),
  },
  {
    pattern: /does not exist/,
    isAsked: (scenario) =>
      scenario.turns.some(({ tampering }) => tampering?.some(({ kind }) => losing.has(kind))) ||
      says((spec) => spec.adopts === true || spec.form === 'read')(scenario),
  },
  // That it is not refused for its own preview's plan is an invariant of its own.
  { pattern: planRefusal, isAsked: (_, { options }) => options.plan !== undefined },
  { pattern: /import/, isAsked: says((spec) => spec.adopts === true) },
  {
    pattern:
      /was was not specified in --target list|will be destroyed but was not specified|could not be found in the stack/,
    isAsked: (_, { options }) => isBounded(options) || options.replaces !== undefined,
  },
  {
    pattern: /hook ".*" failed/,
    isAsked: ({ turns }) => turns.some(({ program }) => Object.values(program.hooks ?? {}).includes('fails')),
  },
  {
    pattern: /hook ".*" was not registered/,
    isAsked: ({ turns }) => turns.some(({ program }) => Object.values(program.hooks ?? {}).includes('is-missing')),
  },
  { pattern: /nothing was destroyed, since resources have delete hooks/, isAsked: (_, { kind }) => kind === 'destroy' },
  {
    pattern: /a transform of .* failed/,
    isAsked: ({ turns }) => turns.some(({ program }) => transformsOf(program).includes('throws')),
  },
  {
    pattern: /since ".*" cannot outlive it/,
    isAsked: (_, { options }) => isBounded(options) || options.continueOnError === true,
  },
  {
    pattern: /what is recorded as depending on it/,
    isAsked: (_, { options }) => isBounded(options) || options.runProgram === true,
  },
  { pattern: /a change of providers mixed with --target/, isAsked: (_, { options }) => isBounded(options) },
  { pattern: /^(update|preview) failed$/, isAsked: () => true },
];

/** Whether an operation may only touch a part of the stack. */
export function isBounded({ targets, excludes }: OperationOptions): boolean {
  return targets !== undefined || excludes !== undefined;
}

function says(fits: (spec: ResourceSpec) => boolean): (scenario: Scenario) => boolean {
  return ({ turns }) =>
    turns.some(({ program }) =>
      letters.some((letter) => {
        const spec = asTransformed(program, letter);
        return spec !== undefined && fits(spec);
      }),
    );
}

export const undisturbedSucceeds: Invariant = {
  name: 'an operation that nothing disturbs succeeds, or fails for a reason of the program',
  check: ({ observation, preview, again, scenario }) => {
    for (const seen of [preview, observation, again]) {
      if (seen === undefined || seen.isDisturbed || seen.result === 'succeeded') continue;
      if (seen.errors.length === 0) return `${describe(seen)} ended as ${seen.result} without an error`;
      const unexplained = seen.errors.find((message) => !isExplained(message, scenario, seen));
      if (unexplained !== undefined) return `${describe(seen)} failed: ${unexplained}`;
    }
    return undefined;
  },
};

function isExplained(message: string, scenario: Scenario, seen: Observation): boolean {
  return explanations.some(({ pattern, isAsked }) => pattern.test(message) && isAsked(scenario, seen));
}

function describe({ kind, isPreview }: Episode['observation']): string {
  return isPreview ? `the preview of ${kind}` : kind;
}

export const secondUpIsEmpty: Invariant = {
  name: 'the same program once more changes nothing and records nothing',
  check: (episode) => {
    const { again, scenario } = episode;
    if (again?.result !== 'succeeded') return undefined;
    // Reading before an update is asking: only then it, and what is made of it, is no secret any more.
    if (scenario.wantsRefresh === true && remembersSecret(episode)) return undefined;
    // What was lost and is made again by another provider may be deleted by the first, to whom that is another place.
    if (again.events.some((event) => event.kind === 'step-succeeded' && mayBeTaken(scenario, event.step.urn)))
      return undefined;
    const step = again.events.find(
      (event) => event.kind === 'step-succeeded' && !['same', 'read'].includes(event.step.op),
    );
    if (step?.kind === 'step-succeeded') return `${step.step.op} of ${step.step.urn}`;
    return again.journal.length === 0 ? undefined : `it journals ${JSON.stringify(again.journal[0])}`;
  },
};

function mayBeTaken(scenario: Scenario, urn: Urn): boolean {
  const letter = letterOf(urnName(urn));
  return scenario.wantsRefresh === true && letter !== undefined && hasReturned(scenario, ownName(letter));
}

/** Options by which a stack is to remember what the program does not say any more. */
const remembers = says(
  (spec) =>
    spec.form === 'read' ||
    spec.protect === true ||
    spec.retain === true ||
    spec.ignoresSize === true ||
    spec.adopts === true,
);

/** Whether something may have been recorded to go with a component, which takes nothing along: it is kept for good. */
function hasHollowHost({ turns }: Scenario): boolean {
  const isEverComponent = (letter: Letter) =>
    turns.some(({ program }) => ['component', 'remote'].includes(program[letter]?.form ?? ''));
  return turns.some(({ program }) =>
    letters.some((letter) => {
      const host = program[letter]?.deletedWith;
      return host !== undefined && isEverComponent(host);
    }),
  );
}

/** An output stays the secret it was recorded as until its provider is asked again. */
function remembersSecret({ scenario: { turns }, program }: Episode): boolean {
  return letters.some(
    (letter) =>
      program[letter]?.hidesSerial !== true && turns.some((turn) => turn.program[letter]?.hidesSerial === true),
  );
}

/** What was lost and is made again by another provider may be deleted by the first, to whom that is another place. */
function isInTwoPlaces({ observation: { before }, scenario }: Episode): boolean {
  const returned = before.resources.filter(({ id }) => hasReturned(scenario, id));
  return returned.some(({ id, provider }) => returned.some((other) => other.id === id && other.provider !== provider));
}

export const endsAsDeclared: Invariant = {
  name: 'whatever came before, an update ends in exactly what the program declares',
  check: (episode) => {
    const { observation, fresh, scenario } = episode;
    if (fresh === undefined || observation.result !== 'succeeded' || fresh.result !== 'succeeded') return undefined;
    if (scenario.canLookUp === false) return undefined;
    if (observation.after.pendingOperations.length > 0) return 'something is still in doubt';
    if (remembers(scenario) || hasHollowHost(scenario) || remembersSecret(episode) || isInTwoPlaces(episode))
      return undefined;
    const [found, declared] = [essenceOf(observation), essenceOf(fresh)];
    return found === declared ? undefined : `there is\n${found}\ninstead of\n${declared}`;
  },
};

export const destroyLeavesNothing: Invariant = {
  name: 'a destroy that succeeds leaves nothing in the record, unless it was told to',
  check: ({ observation: { kind, isPreview, result, after, options } }) => {
    if (kind !== 'destroy' || isPreview || result !== 'succeeded') return undefined;
    if (isBounded(options) || options.excludeProtected === true) return undefined;
    return after.resources[0] === undefined ? undefined : `${after.resources[0].urn} is left`;
  },
};

/** What the things of a world are, whatever their generated names and whichever of its two names a resource has. */
function essenceOf({ things }: Observation): string {
  const lines = Array.from(things.after.values(), ({ id, type, props }) => {
    // What has only become a secret has not changed for its provider.
    const { name: _, isAutoNamed: __, ...rest } = revealSecrets(props) as PropertyMap;
    return `${type} ${plainName(id)} ${JSON.stringify(rest, (_key, value) => (typeof value === 'string' ? plainName(value) : value))}`;
  });
  return lines.sort().join('\n');
}

function plainName(text: string): string {
  return text.replace(/\b[rs]([a-f])(-book)?-[0-9a-f]{8}\b/, '$1$2');
}

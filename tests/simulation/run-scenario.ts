import type { PropertyMap, Snapshot } from '@radiant/model';
import { randomLatency } from '../lifecycle/harness/simulated.ts';
import { World } from '../lifecycle/harness/world.ts';
import { optionsOf } from './flags.ts';
import { foreignId, shelfType, thingType } from './names.ts';
import { type Observation, type Operation, Simulation } from './observe.ts';
import { programOf } from './program.ts';
import { type Flags, letters, type ProgramSpec, type Scenario, type TransformKind, type Turn } from './scenario.ts';
import { constructShelf } from './shelf.ts';
import { losing, tamper } from './tampering.ts';

/** One operation of a scenario, with what was seen of the operations around it on the same stack. */
export interface Episode {
  readonly scenario: Scenario;
  /** What the program said, where one ran. */
  readonly program: ProgramSpec;
  readonly observation: Observation;
  /** The preview right before it. */
  readonly preview?: Observation;
  /** The same program once more, right after it has succeeded. */
  readonly again?: Observation;
  /** The same program on a stack of its own; at the end of a scenario. */
  readonly fresh?: Observation;
  /** Everything before it, in order. */
  readonly history: readonly Episode[];
}

/** Takes a stack through a scenario, then lets the last program have its way, then destroys it. */
export async function* runScenario(scenario: Scenario): AsyncGenerator<Episode> {
  const simulation = new Simulation(createWorld(scenario), scenario.parallel);
  const random = numbers(scenario.seed);
  const history: Episode[] = [];
  const episode = (program: ProgramSpec, seen: Seen) => {
    const made: Episode = { scenario, program, history: [...history], ...seen };
    history.push(made);
    return made;
  };
  for (const turn of scenario.turns) {
    for (const tampering of turn.tampering ?? [])
      simulation.snapshot = tamper(simulation.snapshot, simulation.world, tampering, random);
    yield episode(turn.program, await runTurn(simulation, scenario, turn));
  }
  const isTampered = scenario.turns.some(({ tampering }) =>
    tampering?.some(({ kind }) => kind === 'drifts' || losing.has(kind)),
  );
  const program = healed(scenario.turns.at(-1)!.program);
  const move = isTampered ? 'up --refresh' : 'up';
  const fresh = await new Simulation(createWorld(scenario), scenario.parallel).run({
    kind: 'up',
    program: programOf(program, scenario.named),
  });
  yield episode(program, { ...(await runTurn(simulation, scenario, { move, program })), fresh });
  const flags: Flags = hasDeleteHooks(simulation.snapshot) ? { runProgram: true } : {};
  yield episode(program, await runTurn(simulation, scenario, { move: 'destroy', program, flags }));
}

/** The same program, when nothing in it fails any more. */
function healed({ throwsAfter: _, hooks: __, transforms = {}, ...program }: ProgramSpec): ProgramSpec {
  const isSound = ([, kind]: readonly [string, TransformKind]) => kind !== 'throws';
  const specs = letters.flatMap((letter) => {
    const { transform, ...spec } = program[letter] ?? {};
    return program[letter] === undefined ? [] : [[letter, transform === 'throws' ? spec : program[letter]] as const];
  });
  return {
    ...program,
    ...Object.fromEntries(specs),
    transforms: Object.fromEntries(Object.entries(transforms).filter(isSound)),
  };
}

function hasDeleteHooks({ resources }: Snapshot): boolean {
  return resources.some(({ hooks }) => hooks !== undefined && hooks.beforeDelete.length + hooks.afterDelete.length > 0);
}

type Seen = Pick<Episode, 'observation' | 'preview' | 'again' | 'fresh'>;

async function runTurn(simulation: Simulation, { named }: Scenario, turn: Turn): Promise<Seen> {
  const { move, program, flags = {}, fault } = turn;
  const kind = move === 'refresh' || move === 'destroy' ? move : 'up';
  const options = {
    ...optionsOf(flags, program, simulation.snapshot),
    ...(move === 'up --refresh' ? { refresh: true } : {}),
  };
  const runs: Pick<Operation, 'kind' | 'program'> =
    kind === 'up' || flags.runProgram === true ? { kind, program: programOf(program, named) } : { kind };
  const makesPlan = move === 'up --plan';
  const preview = await simulation.run({ ...runs, isPreview: true, options: { ...options, makesPlan } });
  if (move === 'preview') return { observation: preview };
  const { plan } = preview;
  const bound = plan === undefined ? options : { ...options, plan };
  const observation = await simulation.run({ ...runs, options: bound, fault });
  if (kind !== 'up' || observation.result !== 'succeeded') return { observation, preview };
  // What is to be replaced is replaced every time.
  const { replaces: _, refresh: __, ...others } = options;
  return { observation, preview, again: await simulation.run({ ...runs, options: others }) };
}

function createWorld(scenario: Scenario): World {
  const { seed, acceptsSecrets = true, canLookUp = true, supportsPreview = true } = scenario;
  const world = new World();
  world.latency = randomLatency(seed);
  world.capabilities = { ...world.capabilities, acceptsSecrets, supportsPreview };
  world.canLookUp = canLookUp;
  world.wantsRefresh = scenario.wantsRefresh === true;
  world.forgetsSources = scenario.forgetsSources === true;
  world.components.set(shelfType, constructShelf);
  for (const letter of letters) {
    const id = foreignId(letter);
    const props: PropertyMap = { name: id, size: 0, kind: 0, serial: `serial-of-${id}` };
    world.things.set(id, { id, type: thingType, props });
  }
  return world;
}

/** Chance between 0 and 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

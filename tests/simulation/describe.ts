import { letters, type ProgramSpec, type Scenario, type Turn } from './scenario.ts';

/** A scenario as people read it: what is done, turn by turn. */
export function describeScenario({ turns, ...rest }: Scenario): string {
  return [`with ${literal(rest)}`, ...turns.map(describeTurn)].join('\n');
}

function describeTurn({ move, program, flags, fault, tampering = [] }: Turn, index: number): string {
  const before = tampering.map(({ kind, letter }) => `   ${letter} ${kind.replaceAll('-', ' ')}`);
  const disturbance =
    fault === undefined ? '' : `, and ${fault.kind} at ${fault.at}${fault.countsAll === true ? ' of all calls' : ''}`;
  const isRun = (move !== 'refresh' && move !== 'destroy') || flags?.runProgram === true;
  const said = flags === undefined ? '' : ` ${literal(flags)}`;
  return [...before, `${index + 1}. ${move}${said}${disturbance}`, ...(isRun ? describeProgram(program) : [])].join(
    '\n',
  );
}

function describeProgram(program: ProgramSpec): string[] {
  const { providers, isGroupRenamed, isReversed, throwsAfter, exports, transforms, hooks } = program;
  const resources = letters.flatMap((letter) => {
    const spec = program[letter];
    if (spec === undefined) return [];
    const { form, ...options } = spec;
    return [`     ${form} ${letter} ${literal(options)}`];
  });
  const others = { providers, isGroupRenamed, isReversed, throwsAfter, exports, transforms, hooks };
  const said = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return [...resources, ...(Object.keys(said).length === 0 ? [] : [`     ${literal(said)}`])];
}

/** A test that fails as long as the scenario breaks something. */
export function testOf(scenario: Scenario, violations: readonly string[]): string {
  const name = violations[0]?.replace(/^operation \d+ \([^)]*\): /, '').split(':')[0] ?? 'every invariant holds';
  return `test(${quote(name)}, async () => {\n  expect(await firstViolations(${literal(scenario)})).toEqual([]);\n});`;
}

/** As it is written in a program. */
function literal(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${/^\w+$/.test(key) ? key : quote(key)}: ${literal(item)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`;
}

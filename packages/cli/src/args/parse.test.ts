import { describe, expect, it } from 'vitest';
import { catalogue } from '../commands/catalogue.ts';
import type { Given } from './given.ts';
import { type Parsed, parse } from './parse.ts';

const env: { readonly [name: string]: string | undefined } = {};

function parsed(line: string, environment = env): Parsed & { text: string } {
  const texts: string[] = [];
  const output = { out: (text: string) => texts.push(text), err: (text: string) => texts.push(text), columns: 80 };
  const args = line === '' ? [] : line.split(' ');
  return { ...parse(args, catalogue, environment, output), text: texts.join('') };
}

function given(line: string, environment = env): Given {
  const result = parsed(line, environment);
  if (result.kind !== 'command') throw new Error(`${line}: ${result.text}`);
  return result.given;
}

function commandOf(line: string): string {
  const result = parsed(line);
  return result.kind === 'command' ? result.spec.name : result.kind;
}

describe('the command line', () => {
  it.each([
    'up --yes --stack dev',
    '--yes --stack dev up',
    '-ys dev up',
    '-y up -sdev',
    'update --stack=dev --yes=true',
    '--stack dev up -y --skip-preview=false',
  ])('takes flags before and after the command: %s', (line) => {
    const options = given(line);
    expect([options.flag('yes'), options.value('stack'), options.flag('skip-preview')]).toEqual([true, 'dev', false]);
    expect(options.args).toEqual([]);
  });

  it.each([
    ['pre', 'preview'],
    ['down', 'destroy'],
    ['dn', 'destroy'],
    ['stack new x', 'init'],
    ['stack create x', 'init'],
    ['stack list', 'ls'],
    ['stack delete x', 'rm'],
    ['-s dev stack output', 'output'],
    ['config -s dev get key', 'get'],
    ['stack', 'stack'],
  ])('knows %s as %s', (line, name) => {
    expect(commandOf(line)).toBe(name);
  });

  it('keeps what stands behind -- as it is', () => {
    expect(given('config set key --secret -- --value-with-dashes').args).toEqual(['key', '--value-with-dashes']);
  });

  it('reads a flag that may carry a value without swallowing what follows', () => {
    expect(given('up --refresh -y').optionalBoolean('refresh')).toBe(true);
    expect(given('up -r').optionalBoolean('refresh')).toBe(true);
    expect(given('up --refresh=false').optionalBoolean('refresh')).toBe(false);
    expect(given('up').optionalBoolean('refresh')).toBeUndefined();
  });

  it('lets -v take a level, none, or mean more for whoami', () => {
    expect(given('-v 3 up').value('verbose')).toBe('3');
    expect(given('up -v').value('verbose')).toBe('1');
    expect(given('whoami -v').flag('verbose')).toBe(true);
  });

  it('collects repeated values', () => {
    expect(given('up -c a=1 -c b=2').values('config')).toEqual(['a=1', 'b=2']);
  });

  it('does not take --no-select for the opposite of a flag', () => {
    expect(given('stack init x --no-select').flag('no-select')).toBe(true);
    expect(given('stack init x').flag('no-select')).toBe(false);
  });

  it('takes every flag from the environment, and what is typed wins', () => {
    const environment = { PULUMI_OPTION_STACK: 'prod', PULUMI_OPTION_YES: 'true', PULUMI_OPTION_SKIP_PREVIEW: 'false' };
    const options = given('up', environment);
    expect([options.value('stack'), options.flag('yes'), options.flag('skip-preview')]).toEqual(['prod', true, false]);
    expect(given('up --stack dev', environment).value('stack')).toBe('dev');
  });

  it.each([
    ['org get-default', 'radiant org: there is one organization'],
    ['env ls', 'radiant env: environments are a service of Pulumi Cloud'],
    ['console', 'radiant console: there is no web page of a stack'],
    ['policy publish --help', 'radiant policy publish: packs are published to Pulumi Cloud'],
    ['stack init --teams a', '--teams: it is about Pulumi Cloud'],
    ['up kubernetes-typescript', 'radiant up takes no argument: what is deployed is the project in this folder'],
    ['--tracing file up', '--tracing: there are no traces; `PULUMI_DEBUG_GRPC=<file>` writes down every call'],
    ['refresh --policy-pack p', '--policy-pack: policies judge what a program declares, and here nothing is declared'],
    ['destroy --policy-pack-config p', 'use `radiant preview --policy-pack`'],
    ['import --from terraform', '--from: it takes the state of another tool by a converter plugin'],
    ['up --disable-integrity-checking', '--disable-integrity-checking: a state that breaks its rules'],
  ])('refuses what there will not be, and says why: %s', (line, reason) => {
    expect(() => parsed(line)).toThrow(reason);
  });

  it.each([
    ['upp', "error: unknown command 'upp'", 'Did you mean up?'],
    ['stack lss', "error: unknown command 'lss'", 'Did you mean'],
    ['up --yess', "error: unknown option '--yess'", 'Did you mean --yes?'],
    ['preview surplus', 'error: too many arguments', ''],
    ['config get', "error: missing required argument 'key'", ''],
    ['up --stack', 'argument missing', ''],
    ['up --typecheck never', "argument 'never' is invalid", 'Allowed choices are off, warn, error'],
  ])('answers %s with what is wrong', (line, message, hint) => {
    const result = parsed(line);
    expect(result).toMatchObject({ kind: 'answered', exitCode: 1 });
    expect(result.text).toContain(message);
    expect(result.text).toContain(hint);
  });

  it('refuses numbers that are none', () => {
    expect(() => given('up --parallel many').integer('parallel')).toThrow(
      "--parallel takes a whole number, not 'many'",
    );
    expect(given('up -p 0').integer('parallel')).toBe(0);
  });

  it.each(['', 'state', 'plugin'])('answers a name without a command by help, which is no error: "%s"', (line) => {
    const [out, err]: [string[], string[]] = [[], []];
    const output = { out: (text: string) => out.push(text), err: (text: string) => err.push(text), columns: 80 };
    const result = parse(line.split(' ').filter(Boolean), catalogue, env, output);
    expect([result, err]).toEqual([{ kind: 'answered', exitCode: 0 }, []]);
    expect(out.join('')).toContain(`Usage: radiant ${line}`.trimEnd());
  });

  it.each(['', '--help', 'help', '-h'])('lists the commands that there are: %s', (line) => {
    const { text } = parsed(line);
    for (const name of ['up|update', 'stack', 'cluster', 'whoami', 'Examples:']) expect(text).toContain(name);
    expect(text).not.toContain('convert');
  });

  it.each(['up --help', 'help up', '--help up'])('explains a command: %s', (line) => {
    const { text } = parsed(line);
    expect(text).toContain('Usage: radiant up|update');
    expect(text).toContain('--skip-preview');
    expect(text).toContain('Global Options:');
    expect(text).not.toContain('--tracing');
  });

  it('describes every command, flag and argument there is', () => {
    const visit = (specs: typeof catalogue): void => {
      for (const spec of specs) {
        if (spec.isHidden) continue;
        expect(spec.summary, spec.name).not.toBe('');
        for (const flag of spec.flags ?? []) {
          if (flag.support === 'works') expect(flag.description, `${spec.name} --${flag.name}`).not.toBe('');
        }
        for (const argument of spec.arguments ?? []) expect(argument.description).not.toBe('');
        visit(spec.subcommands ?? []);
      }
    };
    visit(catalogue);
  });
});

import { OperationError } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import type { ConfigValue } from '../config/config-value.ts';
import { checkProjectConfig, withProjectConfig } from './project-config.ts';
import { parseProjectFile } from './project-file.ts';

const parse = (text: string) => parseProjectFile('/p/Pulumi.yaml', text);

test('a project says its name, runtime, options and where its program is', () => {
  const project = parse(
    'name: day\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: src\nunknown: kept\n',
  );
  expect(project).toMatchObject({
    name: 'day',
    runtime: 'nodejs',
    runtimeOptions: { typescript: false },
    main: 'src',
    dir: '/p',
  });
});

test.each([
  ['runtime: nodejs\n', /missing 'name'/],
  ['name: day\n', /missing 'runtime'/],
  ['name: a/b\nruntime: nodejs\n', /"name" is "a\/b"/],
  ['name: day\nruntime: [nodejs]\n', /"runtime" is a name, or a map/],
  ['name: 5\nruntime: nodejs\n', /"name" is text, not the number 5/],
  ['name: day\nruntime: nodejs\nbackend: file\n', /"backend" holds keys and values/],
  ['name: "day\n', /Pulumi.yaml:\d+:\d+/],
])('the broken project %j is refused with the file and the reason', (text, message) => {
  expect(() => parse(text)).toThrow(message);
  expect(() => parse(text)).toThrow('/p/Pulumi.yaml');
  expect(() => parse(text)).toThrow(OperationError);
});

test('a document that expands without end is refused', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level += 1) {
    const reference = `*a${level - 1}`;
    lines.push(`a${level}: &a${level} [${Array(9).fill(reference).join(', ')}]`);
  }
  expect(() => parse(`name: day\nruntime: nodejs\n${lines.join('\n')}\n`)).toThrow(/alias/i);
});

describe('configuration that the project declares', () => {
  const project = parse(`name: day
runtime: nodejs
config:
  namespace:
    default: production
  replicas:
    type: integer
    default: 3
  token:
    type: string
  plain: hello
`);
  const plain = (text: string) => ({ kind: 'plain', text }) as const;
  const token = ['day:token', plain('t')] as const;

  test('stands behind what the stack says', () => {
    const values = withProjectConfig(project, new Map([token, ['day:namespace', plain('staging')]]));
    expect(Object.fromEntries(values)).toEqual({
      'day:token': plain('t'),
      'day:namespace': plain('staging'),
      'day:replicas': plain('3'),
      'day:plain': plain('hello'),
    });
  });

  const check = (pairs: readonly (readonly [string, ConfigValue, string])[], of = project) => {
    const own = new Map(pairs.map(([key, value]) => [key, value]));
    const values = withProjectConfig(of, own);
    const texts = Object.fromEntries(pairs.map(([key, , text]) => [key, text]));
    checkProjectConfig(of, 'dev', { values, texts, own: new Set(own.keys()) });
  };
  const text = (key: string, value: string) => [key, plain(value), value] as const;

  test('is missed by its keys and its stack, with the commands that set it', () => {
    expect(() => check([])).toThrow(
      /^validating stack config: Stack 'dev' is missing configuration value 'token'[\s\S]*Pulumi.dev.yaml[\s\S]*radiant config set --stack dev token <value>/,
    );
    const three = parse(
      'name: day\nruntime: nodejs\nconfig:\n  c:\n  a: {type: string}\n  b: {type: integer, secret: true}\n',
    );
    expect(() => check([], three)).toThrow(
      /is missing configuration values 'a', 'b' and 'c'[\s\S]*b \(integer\)[\s\S]*--secret b <value>/,
    );
  });

  test('has the type that was declared', () => {
    expect(() => check([text('day:token', 't'), text('day:replicas', 'many')])).toThrow(
      /^validating stack config: Stack 'dev' with configuration key 'replicas' must be of type 'integer'[\s\S]*Pulumi.dev.yaml is the text "many"[\s\S]*radiant config set --stack dev replicas <integer>/,
    );
  });

  test('has the type that was declared inside lists, and in what is sealed, which is not told', () => {
    const lists = parse(
      'name: day\nruntime: nodejs\nconfig:\n  names: {type: array, items: {type: array, items: {type: integer}}}\n  pin: {type: integer, secret: true}\n',
    );
    const names = (value: unknown) => ['day:names', { kind: 'object', value }, JSON.stringify(value)] as const;
    const pin = (value: string) => ['day:pin', { kind: 'sealed', ciphertext: 'v1:x:y' }, value] as const;
    check([names([[1], ['2']]), pin('1234')], lists);
    expect(() => check([names([['a']]), pin('1234')], lists)).toThrow("must be of type 'array<array<integer>>'");
    expect(() => check([names([]), pin('canary')], lists)).toThrow(/'pin' must be of type 'integer'/);
    expect(() => check([names([]), pin('canary')], lists)).not.toThrow(/canary/);
    expect(() => check([names([]), text('day:pin', '1234')], lists)).toThrow(
      /'pin' must be encrypted as it's secret[\s\S]*radiant config set --stack dev --secret pin <integer>/,
    );
  });

  test.each([
    ['  replicas: {type: integer, default: many}', /replicas' is not of the expected type 'integer'/],
    ['  replicas: {type: whole}', /config.replicas: the type "whole" is none of string, integer/],
    ['  aws:region: {type: string}', /config.aws:region: .*takes "value", not "type"/],
    ['  names: {type: array, items: string}', /config.names: "items" says what a list holds/],
  ])('declared as %j is refused with the file and the key', (line, message) => {
    const broken = parse(`name: day\nruntime: nodejs\nconfig:\n${line}\n`);
    expect(() => withProjectConfig(broken, new Map())).toThrow(message);
    expect(() => withProjectConfig(broken, new Map())).toThrow(broken.path);
  });

  test('of another package is a value for all stacks', () => {
    const aws = parse('name: day\nruntime: nodejs\nconfig:\n  aws:region: us-east-1\n  aws:profile: {value: p}\n');
    expect(Object.fromEntries(withProjectConfig(aws, new Map()))).toEqual({
      'aws:region': plain('us-east-1'),
      'aws:profile': plain('p'),
    });
  });

  test('is secret where the project says so, though it is written in the clear', () => {
    const secret = parse('name: day\nruntime: nodejs\nconfig:\n  key:\n    default: d\n    secret: true\n');
    expect(withProjectConfig(secret, new Map()).get('day:key')).toEqual({ ...plain('d'), isSecret: true });
    const given = withProjectConfig(secret, new Map([['day:key', plain('given')]])).get('day:key');
    expect(given).toEqual({ ...plain('given'), isSecret: true });
  });
});

import { OperationError } from '@radiant/model';
import { describe, expect, test } from 'vitest';
import { withProjectConfig } from './project-config.ts';
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
    const values = withProjectConfig(project, 'dev', new Map([token, ['day:namespace', plain('staging')]]));
    expect(Object.fromEntries(values)).toEqual({
      'day:token': plain('t'),
      'day:namespace': plain('staging'),
      'day:replicas': plain('3'),
      'day:plain': plain('hello'),
    });
  });

  test('is missed by its key and its stack, with the command that sets it', () => {
    expect(() => withProjectConfig(project, 'dev', new Map())).toThrow(
      /Stack 'dev' is missing configuration value 'token'[\s\S]*radiant config set token/,
    );
  });

  test('has the type that was declared', () => {
    expect(() => withProjectConfig(project, 'dev', new Map([token, ['day:replicas', plain('many')]]))).toThrow(
      "validating stack config: Stack 'dev' with configuration key 'replicas' must be of type 'integer'",
    );
  });

  test('is secret where the project says so, though it is written in the clear', () => {
    const secret = parse('name: day\nruntime: nodejs\nconfig:\n  key:\n    default: d\n    secret: true\n');
    expect(withProjectConfig(secret, 'dev', new Map()).get('day:key')).toEqual({ ...plain('d'), isSecret: true });
    const given = withProjectConfig(secret, 'dev', new Map([['day:key', plain('given')]])).get('day:key');
    expect(given).toEqual({ ...plain('given'), isSecret: true });
  });
});

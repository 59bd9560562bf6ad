import { expect, test } from 'vitest';
import { splitShellWords } from './shell-words.ts';

test('words are split as a shell splits them', () => {
  const cases: ReadonlyArray<readonly [string, readonly string[] | undefined]> = [
    ['', []],
    ['  --a   -b ', ['--a', '-b']],
    [`--title='a "b" c' x`, ['--title=a "b" c', 'x']],
    ['--title="a \\"b\\" $c \\d"', ['--title=a "b" $c \\d']],
    ['a\\ b c\\"d', ['a b', 'c"d']],
    [`''`, ['']],
    [`a'b'"c"d`, ['abcd']],
    ['a # the rest is a comment', ['a']],
    ['a#b', ['a#b']],
    ['--a="b', undefined],
    ["'", undefined],
    ['a\\', undefined],
  ];
  for (const [text, words] of cases) expect(splitShellWords(text), text).toEqual(words);
});

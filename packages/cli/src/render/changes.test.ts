import { Archive, Asset, Secret, Unknown } from '@radiant/model';
import { describe, expect, it } from 'vitest';
import { resource, step } from '../../test/operation-events.ts';
import { changeSummary, changesOf } from './changes.ts';
import { stepDiffLines } from './diff-text.ts';
import { plainPainter } from './painter.ts';

const changed = { kind: 'update', isInputDiff: true };
const style = { showSecrets: false, showFull: false };

function update(olds: object, news: object, more: object = {}, outputs: object = {}) {
  const old = resource({ inputs: olds as never, outputs: outputs as never, id: 'production/settings' });
  return step('update', { old, new: resource({ inputs: news as never, id: 'production/settings' }) }, more);
}

function diff(info: ReturnType<typeof update>, how = style): string {
  return `\n${stepDiffLines(info, 0, how, plainPainter)
    .filter((line) => !line.includes('[urn=') && !line.includes('[provider='))
    .join('\n')}\n`;
}

describe('what a step changes', () => {
  it('is found by comparing inputs where the provider gave no account', () => {
    const info = update(
      { same: 1, gone: true, list: [1, 2, 3], map: { a: 1 } },
      { same: 1, list: [1, 5], map: { a: 1, b: null }, more: [] },
    );
    expect(changeSummary(info)).toBe('diff: +more,-gone,~list,~map');
    expect(diff(info)).toMatchInlineSnapshot(`
      "
      ~ kubernetes:core/v1:ConfigMap: (update)
          [id=production/settings]
        - gone: true
        ~ list: [
            ~ [1]: 2 => 5
            - [2]: 3
          ]
        ~ map : {
            + b: null
          }
        + more: []
      "
    `);
  });

  it('is what the provider says where it does, with old values that only its outputs know', () => {
    const info = update(
      { spec: { replicas: 2 } },
      { spec: { replicas: 3, paused: true } },
      {
        detailedDiff: {
          'spec.replicas': { kind: 'update', isInputDiff: false },
          'spec.paused': { kind: 'add', isInputDiff: false },
          'metadata.labels["app.kubernetes.io/name"]': { kind: 'delete-replace', isInputDiff: false },
        },
      },
      { metadata: { labels: { 'app.kubernetes.io/name': 'day' } } },
    );
    expect(changeSummary(info)).toBe('diff: ~metadata,~spec');
    expect(diff(info)).toMatchInlineSnapshot(`
      "
      ~ kubernetes:core/v1:ConfigMap: (update)
          [id=production/settings]
        ~ metadata: {
            ~ labels: {
                - app.kubernetes.io/name: "day" (forces replacement)
              }
          }
        ~ spec    : {
            + paused  : true
            ~ replicas: 2 => 3
          }
      "
    `);
  });

  it('of a refresh is found in what was read', () => {
    const old = resource({ outputs: { size: 1 } });
    const info = step('refresh', { old, new: resource({ outputs: { size: 2 } }) });
    expect(changesOf(info)).toMatchObject([{ path: ['size'], kind: 'update', old: 1, new: 2 }]);
  });

  it('names what forces a replacement', () => {
    const info = update({ name: 'a', size: 1 }, { name: 'b', size: 2 }, { replaceKeys: ['name'] });
    expect(diff(info)).toMatchInlineSnapshot(`
      "
      ~ kubernetes:core/v1:ConfigMap: (update)
          [id=production/settings]
        ~ name: "a" => "b" (forces replacement)
        ~ size: 1 => 2
      "
    `);
  });

  it('of a replacement is shown under the id of the object that is there', () => {
    const old = resource({ inputs: { name: 'a' }, id: 'production/a' });
    const info = step('replace', { old, new: resource({ inputs: { name: 'b' }, id: 'production/b' }) });
    expect(diff(info)).toContain('[id=production/a]');
    expect(diff(info)).not.toContain('[id=production/b]');
  });

  it('tells nothing of a secret but that it changes', () => {
    const info = update(
      { token: new Secret({ user: 'u', password: 'old' }) },
      { token: new Secret({ user: 'u', password: 'new' }) },
    );
    expect(diff(info)).toContain('~ token: [secret] => [secret]');
    expect(diff(info)).not.toMatch(/old|new|user/);
    expect(diff(info, { ...style, showSecrets: true })).toContain('password: "new"');
    expect(changesOf(update({ token: new Secret('x') }, { token: new Secret('x') }))).toEqual([]);
  });

  it('keeps a value secret whose path leads through one', () => {
    const info = update(
      { data: new Secret({ key: 'old-value' }) },
      { data: new Secret({ key: 'new-value' }) },
      { detailedDiff: { 'data.key': { kind: 'update', isInputDiff: true } } },
    );
    expect(diff(info)).toContain('[secret] => [secret]');
    expect(diff(info)).not.toContain('value');
  });

  it('shows what is not known yet, and long and many-lined texts folded', () => {
    const info = update(
      { id: 'a', text: 'x'.repeat(400), script: 'one\ntwo\nthree\nfour\nfive\n', big: '' },
      { id: new Unknown(), text: 'y', script: 'one\ntwo\n3\nfour\nfive\n', big: `${'line\n'.repeat(60)}` },
    );
    expect(diff(info)).toMatchInlineSnapshot(`
      "
      ~ kubernetes:core/v1:ConfigMap: (update)
          [id=production/settings]
        ~ big   : "" => "line\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\nline\\n"… (300 characters)
        ~ id    : "a" => [unknown]
        ~ script:
                one
                two
              - three
              + 3
                four
                five
        ~ text  : "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"… (400 characters) => "y"
      "
    `);
    expect(diff(info, { ...style, showFull: true })).toContain('x'.repeat(400));
  });

  it('of what the program does not want shown is named without its values', () => {
    const info = update(
      { certificate: 'old-1', size: 1, list: [{ key: 'old-2', name: 'a' }], whole: { stamp: 'old-3', kept: 1 } },
      { certificate: 'new-1', size: 2, list: [{ key: 'new-2', name: 'b' }], whole: { stamp: 'new-3', kept: 2 } },
      { detailedDiff: Object.fromEntries(['certificate', 'size', 'list[0]', 'whole'].map((path) => [path, changed])) },
    );
    const hideDiffs = ['certificate', 'list[*].key', 'whole.stamp', 'untouched'];
    const hiding = { ...info, new: { ...info.new!, hideDiffs } };
    expect(diff(hiding)).toMatchInlineSnapshot(`
      "
      ~ kubernetes:core/v1:ConfigMap: (update)
          [id=production/settings]
        ~ certificate (hidden)
        ~ list[*].key (hidden)
        ~ whole.stamp (hidden)
        ~ list : [
            ~ [0]: {
                ~ name: "a" => "b"
              }
          ]
        ~ size : 1 => 2
        ~ whole: {
            ~ kept: 1 => 2
          }
      "
    `);
    expect(changeSummary(hiding)).toBe('diff: ~certificate,~list,~size,~whole');
  });

  it('of assets and archives is told by their hashes, and by what is in them', () => {
    const file = (hash: string, path = './a.txt') => new Asset({ kind: 'path', path }, hash.repeat(64));
    const text = (hash: string) => new Asset({ kind: 'text', text: 'hello' }, hash.repeat(64));
    const archive = (hash: string, assets: { [name: string]: Asset | Archive }) =>
      new Archive({ kind: 'assets', assets }, hash.repeat(64));
    const info = update(
      {
        file: file('1'),
        moved: file('2'),
        text: text('3'),
        code: archive('4', { a: file('1'), b: text('3'), c: text('5') }),
      },
      {
        file: file('6'),
        moved: file('2', './b.txt'),
        text: file('7'),
        code: archive('8', { a: file('6'), b: text('3'), d: archive('9', { deep: text('3') }) }),
        more: archive('0', { x: file('1') }),
      },
    );
    expect(diff(info)).toMatchInlineSnapshot(`
      "
      ~ kubernetes:core/v1:ConfigMap: (update)
          [id=production/settings]
        ~ code: archive(assets:4444444->8888888) {
            ~ "a": asset(file:1111111->6666666) { ./a.txt }
            - "c": asset(text:5555555)
            + "d": archive(assets:9999999) {
            +     "deep": asset(text:3333333)
            + }
          }
        ~ file: asset(file:1111111->6666666) { ./a.txt }
        + more: archive(assets:0000000) {
        +     "x": asset(file:1111111) { ./a.txt }
        + }
        ~ text: asset(text:3333333) => asset(file:7777777) { ./a.txt }
      "
    `);
  });

  it('leaves out what SDKs keep for themselves', () => {
    const info = update({ __provider: 'a', size: 1 }, { __provider: 'b', size: 2 });
    expect(changeSummary(info)).toBe('diff: ~size');
    expect(diff(info)).not.toContain('__provider');
  });
});

import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createSourcePositions } from './source-positions.ts';

const positions = createSourcePositions('/home/user/shop');

function at(path: string, line: number, column: number) {
  return positions.position({ uri: pathToFileURL(path).href, line, column });
}

describe('source positions', () => {
  it('are relative to the project', () => {
    expect(at('/home/user/shop/index.ts', 8, 65)).toBe('project:///index.ts#8,65');
    expect(at('/home/user/shop/lib/day.ts', 1, 1)).toBe('project:///lib/day.ts#1,1');
  });

  it('leave the column out when it is not known', () => {
    expect(at('/home/user/shop/index.ts', 8, 0)).toBe('project:///index.ts#8');
  });

  it('reach outside of the project by its parent folders, as states of the established engine do', () => {
    expect(at('/home/user/node_modules/@pulumi/runtime/stack.ts', 38, 19)).toBe(
      'project:///../node_modules/@pulumi/runtime/stack.ts#38,19',
    );
  });

  it('keep spaces and other signs percent-encoded', () => {
    expect(at('/home/user/shop/my file#1.ts', 2, 3)).toBe('project:///my%20file%231.ts#2,3');
  });

  it('are dropped when they are not in a file or have no line', () => {
    expect(positions.position({ uri: 'node:internal/modules', line: 1, column: 1 })).toBeUndefined();
    expect(positions.position({ uri: 'https://example.com/x.ts', line: 1, column: 1 })).toBeUndefined();
    expect(positions.position({ uri: 'file://%zz', line: 1, column: 1 })).toBeUndefined();
    expect(at('/home/user/shop/index.ts', 0, 1)).toBeUndefined();
    expect(at('/home/user/shop/index.ts', -4, 1)).toBeUndefined();
    expect(positions.position(undefined)).toBeUndefined();
  });

  it('keep a frame without a position, so that the depth of a trace stays', () => {
    const pc = { uri: 'file:///home/user/shop/index.ts', line: 3, column: 4 };
    const frames = positions.frames({ frames: [{ pc }, { pc: undefined }, { pc }] });
    expect(frames).toEqual([
      { sourcePosition: 'project:///index.ts#3,4' },
      {},
      { sourcePosition: 'project:///index.ts#3,4' },
    ]);
    expect(frames[0]).toBe(frames[2]);
  });
});

import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { catchInterrupts } from './interrupts.ts';

function states(signals: readonly string[]): readonly [drained: boolean, terminated: boolean] {
  const source = new EventEmitter();
  const { drain, terminate } = catchInterrupts(source);
  for (const signal of signals) source.emit(signal, 'SIGINT');
  return [drain.aborted, terminate.aborted];
}

describe('Ctrl-C', () => {
  const wrapper = 'radiant:wrapper-signal';

  it.each([
    [[], [false, false]],
    [['SIGINT'], [true, false]],
    [['SIGTERM'], [true, false]],
    [
      ['SIGINT', 'SIGINT'],
      [true, true],
    ],
    [
      ['SIGINT', 'SIGTERM'],
      [true, true],
    ],
    [[wrapper], [true, false]],
    [
      ['SIGINT', wrapper],
      [true, false],
    ],
    [
      [wrapper, 'SIGINT'],
      [true, false],
    ],
    [
      ['SIGINT', wrapper, 'SIGINT'],
      [true, true],
    ],
    [
      [wrapper, wrapper],
      [true, true],
    ],
  ])('%j: drains, terminates: %j', (signals, expected) => {
    expect(states(signals)).toEqual(expected);
  });

  it('means what it always does once it is released', () => {
    const source = new EventEmitter();
    const interrupts = catchInterrupts(source);
    interrupts.release();
    expect(source.eventNames()).toEqual([]);
  });
});

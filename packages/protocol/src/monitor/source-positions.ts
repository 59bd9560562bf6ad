import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourcePosition, StackFrame } from '@radiant/model';
import type { StackTrace, SourcePosition as WirePosition } from '../messages/common-messages.ts';

/** Turns positions of a running program into what a state keeps. */
export interface SourcePositions {
  /** `project:///lib/day.ts#8,65`; undefined when the position is not one in a file. */
  position(position: WirePosition | undefined): SourcePosition | undefined;
  frames(trace: StackTrace | undefined): readonly StackFrame[];
}

const noFrames: readonly StackFrame[] = Object.freeze([]);
const unplaced: StackFrame = Object.freeze({});

/**
 * Positions relative to `projectDirectory`, so that a state says the same wherever the project lies. A file beside the
 * project is `project:///../…`, as Pulumi has it (source_eval.go: sourcePositions). Equal frames are one object: a
 * program of thousands of resources has few distinct ones.
 */
export function createSourcePositions(projectDirectory: string): SourcePositions {
  const files = new Map<string, string | undefined>();
  const frames = new Map<string, StackFrame>();

  const file = (uri: string): string | undefined => {
    if (!files.has(uri)) files.set(uri, relativeUri(uri, projectDirectory));
    return files.get(uri);
  };
  const position = (given: WirePosition | undefined): SourcePosition | undefined => {
    if (given === undefined || given.line <= 0 || given.column < 0) return undefined;
    const path = file(given.uri);
    if (path === undefined) return undefined;
    return `${path}#${given.line}${given.column > 0 ? `,${given.column}` : ''}`;
  };
  const frame = (pc: WirePosition | undefined): StackFrame => {
    const sourcePosition = position(pc);
    if (sourcePosition === undefined) return unplaced;
    const known = frames.get(sourcePosition);
    if (known !== undefined) return known;
    const made: StackFrame = Object.freeze({ sourcePosition });
    frames.set(sourcePosition, made);
    return made;
  };
  return {
    position,
    frames: (trace) =>
      trace === undefined || trace.frames.length === 0 ? noFrames : trace.frames.map(({ pc }) => frame(pc)),
  };
}

/** `project:///lib/day.ts`, percent-encoded as Go encodes the path of a URL. */
function relativeUri(uri: string, projectDirectory: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  let path: string;
  try {
    path = fileURLToPath(uri);
  } catch {
    return undefined;
  }
  const inProject = relative(projectDirectory, path);
  // On Windows a file on another drive has no relative path.
  if (inProject === '' || /^[A-Za-z]:/.test(inProject)) return undefined;
  const segments = inProject
    .split(sep)
    .map((segment) => encodeURIComponent(segment).replaceAll(/%(24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent));
  return `project:///${segments.join('/')}`;
}

import { createLogUpdate } from 'log-update';
import type { OutputStream } from '../context.ts';
import type { ProgressBody } from './human-display.ts';
import type { OperationView } from './operation-view.ts';
import type { Painter } from './painter.ts';
import { treeLines } from './tree-text.ts';

export interface TreeBodyOptions {
  readonly isPreview: boolean;
  readonly showSames: boolean;
  readonly paint: Painter;
  readonly out: OutputStream;
}

/** Often enough to look alive, rarely enough to cost nothing. */
const frameMs = 80;
/** Elapsed times move even when nothing is said. */
const tickMs = 1_000;

/** The tree, drawn over itself while the operation runs. */
export function treeBody(view: OperationView, options: TreeBodyOptions): ProgressBody {
  const { out, isPreview, showSames, paint } = options;
  const log = createLogUpdate(terminalOf(out) as NodeJS.WritableStream);
  const frame = (isOver: boolean): string =>
    treeLines(view, {
      isPreview,
      isOver,
      nowMs: Date.now(),
      columns: out.columns,
      ...(!isOver && { maxRows: Math.max(3, out.rows - 4) }),
      showSames,
      paint,
    }).join('\n');
  let pending: NodeJS.Timeout | undefined;
  const draw = (): void => {
    pending = undefined;
    log(frame(false));
  };
  const drawSoon = (): void => {
    pending ??= setTimeout(draw, frameMs).unref();
  };
  const tick = setInterval(drawSoon, tickMs).unref();
  return {
    event: drawSoon,
    line(text) {
      log.clear();
      out.write(`${text}\n`);
      log(frame(false));
    },
    end() {
      clearTimeout(pending);
      clearInterval(tick);
      log.clear();
      log.done();
      const text = frame(true);
      out.write(text === '' ? '\n' : `${text}\n\n`);
    },
  };
}

/** What log-update needs of a terminal; its size is asked for at every frame. */
function terminalOf(out: OutputStream): object {
  return {
    isTTY: true,
    write: (text: string) => out.write(text),
    get columns() {
      return out.columns;
    },
    get rows() {
      return out.rows;
    },
  };
}

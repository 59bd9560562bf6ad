import { createLogUpdate } from 'log-update';
import type { OutputStream } from '../context.ts';
import type { ProgressBody } from './human-display.ts';
import type { Naming } from './names.ts';
import type { OperationView } from './operation-view.ts';
import type { Painter } from './painter.ts';
import { elapsedText } from './seconds.ts';
import type { Attention } from './step-words.ts';
import { treeLines } from './tree-text.ts';

export interface TreeBodyOptions {
  readonly isPreview: boolean;
  readonly attention: Attention;
  readonly naming: Naming;
  readonly paint: Painter;
  readonly out: OutputStream;
}

/** Often enough to look alive, and, whatever the number of resources, rarely enough to cost next to nothing. */
const frameMs = 80;
const frameShare = 0.05;
/** Elapsed times move even when nothing is said. */
const tickMs = 1_000;

/** The tree, drawn over itself while the operation runs. */
export function treeBody(view: OperationView, options: TreeBodyOptions): ProgressBody {
  const { out, isPreview, attention, naming, paint } = options;
  const log = createLogUpdate(terminalOf(out) as NodeJS.WritableStream, { showCursor: true });
  const cursor = hiddenCursor(out);
  let lastEvent = { timeMs: 0, heardMs: 0 };
  /** By the clock of the events. */
  const nowMs = (): number => lastEvent.timeMs + performance.now() - lastEvent.heardMs;
  const openedMs = performance.now();
  const frame = (isOver: boolean): string => {
    const waitedMs = performance.now() - openedMs;
    if (view.rows.size === 0 && !isOver && waitedMs >= tickMs)
      return paint('dim', `     getting ready ${elapsedText(waitedMs, false)}`);
    return treeLines(view, {
      isPreview,
      isOver,
      nowMs: nowMs(),
      columns: out.columns,
      ...(!isOver && { maxRows: Math.max(3, out.rows - 10) }),
      attention,
      naming,
      paint,
    }).join('\n');
  };
  let pending: NodeJS.Timeout | undefined;
  let pauseMs = frameMs;
  const draw = (): void => {
    // A line that was printed draws at once: the frame that was due must not come after the end.
    clearTimeout(pending);
    pending = undefined;
    const beganMs = performance.now();
    cursor.hide();
    log(frame(false));
    pauseMs = Math.max(frameMs, (performance.now() - beganMs) / frameShare);
  };
  const drawSoon = (): void => {
    pending ??= setTimeout(draw, pauseMs).unref();
  };
  const tick = setInterval(drawSoon, tickMs).unref();
  return {
    event(event) {
      lastEvent = { timeMs: event.timeMs, heardMs: performance.now() };
      drawSoon();
    },
    line(text) {
      log.clear();
      out.write(`${text}\n`);
      if (view.rows.size > 0) draw();
    },
    end() {
      clearTimeout(pending);
      clearInterval(tick);
      const text = frame(true);
      if (text.split('\n').length < out.rows) {
        if (text === '') log.clear();
        else log(text);
      } else {
        log.clear();
        out.write(`${text}\n`);
      }
      log.done();
      cursor.show();
      out.write('\n');
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

/** However the process ends, short of being killed, the cursor comes back. */
function hiddenCursor(out: OutputStream): { hide(): void; show(): void } {
  let isHidden = false;
  const show = (): void => {
    if (isHidden) out.write('\u001b[?25h');
    isHidden = false;
    process.removeListener('exit', show);
  };
  return {
    hide() {
      if (isHidden) return;
      isHidden = true;
      out.write('\u001b[?25l');
      process.once('exit', show);
    },
    show,
  };
}

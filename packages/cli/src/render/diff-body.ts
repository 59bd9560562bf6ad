import type { StepInfo, Urn } from '@radiant/model';
import { stepDiffLines } from './diff-text.ts';
import type { ProgressBody } from './human-display.ts';
import { isStack, parentOf } from './names.ts';
import type { OperationView } from './operation-view.ts';
import type { Painter } from './painter.ts';
import { type Attention, isNews } from './step-words.ts';
import type { ValueStyle } from './value-text.ts';

export interface DiffOptions {
  readonly isPreview: boolean;
  readonly attention: Attention;
  readonly style: ValueStyle;
  readonly paint: Painter;
  readonly write: (text: string) => void;
}

/** Property diffs instead of a tree: in a preview as they are planned, otherwise as they are done. */
export function diffBody(view: OperationView, options: DiffOptions): ProgressBody {
  const parentOfRow = (urn: Urn): Urn | undefined => view.rows.get(urn)?.parent;
  return {
    event(event) {
      const isMoment = event.kind === (options.isPreview ? 'step-started' : 'step-succeeded');
      if (!isMoment && event.kind !== 'step-failed') return;
      const { step } = event as { step: StepInfo };
      if (!isShown(step, options.attention)) return;
      const lines = stepDiffLines(step, depthOf(step.urn, parentOfRow), options.style, options.paint);
      options.write(`${lines.join('\n')}\n`);
    },
    line: (text) => options.write(`${text}\n`),
    end: () => options.write('\n'),
  };
}

/** The same for all steps of an operation at once. */
export function stepsDiffLines(steps: readonly StepInfo[], style: ValueStyle, paint: Painter): readonly string[] {
  const parents = new Map(steps.map((step) => [step.urn, parentOf(step)]));
  return steps
    .filter((step) => isShown(step, { showSames: false, showReads: false }))
    .flatMap((step) =>
      stepDiffLines(
        step,
        depthOf(step.urn, (urn) => parents.get(urn)),
        style,
        paint,
      ),
    );
}

/** The stack is shown even when it stays as it is: everything else is indented under it. */
function isShown(step: StepInfo, attention: Attention): boolean {
  return step.isLogical && !step.isInternal && (isNews(step.op, attention) || isStack(step));
}

const deepest = 8;

function depthOf(urn: Urn, parent: (urn: Urn) => Urn | undefined): number {
  let depth = 0;
  for (let above = parent(urn); above !== undefined && depth < deepest; above = parent(above)) depth++;
  return depth;
}

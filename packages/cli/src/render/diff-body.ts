import type { StepInfo, Urn } from '@radiant/model';
import { stepDiffLines } from './diff-text.ts';
import type { ProgressBody } from './human-display.ts';
import { parentOf } from './names.ts';
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
  const linesOf = diffTeller((urn) => view.rows.get(urn)?.steps.at(-1)?.info, options.style, options.paint);
  const waiting: string[] = [];
  const tell = (lines: readonly string[]): void => {
    options.write(lines.map((line) => `${line}\n`).join(''));
  };
  return {
    event(event) {
      const isMoment = event.kind === (options.isPreview ? 'step-started' : 'step-succeeded');
      if (!isMoment && event.kind !== 'step-failed') return;
      const { step } = event as { step: StepInfo };
      if (!isShown(step, options.attention)) return;
      waiting.push(...linesOf(step));
      // The headings of components wait for what is in them, so that the target, which is known then, stands above.
      if (step.provider !== '') tell(waiting.splice(0));
    },
    line: (text) => tell([text]),
    end() {
      tell(waiting);
      options.write('\n');
    },
  };
}

/** The same for all steps of an operation at once. */
export function stepsDiffLines(steps: readonly StepInfo[], style: ValueStyle, paint: Painter): readonly string[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const linesOf = diffTeller((urn) => byUrn.get(urn), style, paint);
  return steps.filter((step) => isShown(step, { showSames: false, showReads: false })).flatMap(linesOf);
}

function isShown(step: StepInfo, attention: Attention): boolean {
  return step.isLogical && !step.isInternal && isNews(step.op, attention);
}

/** Says what steps do. What stays as it is gets a heading when the first thing under it is told. */
function diffTeller(
  stepOf: (urn: Urn) => StepInfo | undefined,
  style: ValueStyle,
  paint: Painter,
): (step: StepInfo) => readonly string[] {
  const told = new Set<Urn>();
  return (step) => {
    const above = ancestors(step, stepOf);
    const headings = above.filter(({ urn, op }) => op === 'same' && !told.has(urn));
    for (const { urn } of [...headings, step]) told.add(urn);
    return [...headings, step].flatMap((one) =>
      stepDiffLines(one, one === step ? above.length : above.indexOf(one), style, paint),
    );
  };
}

const deepest = 8;

/** From the outermost. */
function ancestors(step: StepInfo, stepOf: (urn: Urn) => StepInfo | undefined): readonly StepInfo[] {
  const found: StepInfo[] = [];
  let urn = parentOf(step);
  while (urn !== undefined && found.length < deepest) {
    const above = stepOf(urn);
    if (above === undefined) break;
    found.unshift(above);
    urn = parentOf(above);
  }
  return found;
}

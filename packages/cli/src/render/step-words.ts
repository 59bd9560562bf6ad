import type { StepOp } from '@radiant/model';
import type { Colour } from './painter.ts';

/** How a step is shown: its symbol, two wide, and what it is called before, while and after it happens. */
export interface StepWords {
  readonly symbol: string;
  readonly colour: Colour;
  readonly plan: string;
  readonly doing: string;
  readonly done: string;
}

function words(symbol: string, colour: Colour, plan: string, doing: string, done: string): StepWords {
  return { symbol, colour, plan, doing, done };
}

/** The words of Pulumi's own display, which scripts look for. */
export const stepWords: { readonly [op in StepOp]: StepWords } = {
  same: words('  ', 'plain', '', 'checking', 'unchanged'),
  create: words('+ ', 'green', 'create', 'creating', 'created'),
  update: words('~ ', 'yellow', 'update', 'updating', 'updated'),
  delete: words('- ', 'red', 'delete', 'deleting', 'deleted'),
  replace: words('+-', 'magenta', 'replace', 'replacing', 'replaced'),
  'create-replacement': words('++', 'green', 'create replacement', 'creating replacement', 'created replacement'),
  'delete-replaced': words('--', 'red', 'delete original', 'deleting original', 'deleted original'),
  read: words('> ', 'cyan', 'read', 'reading', 'read'),
  'read-replacement': words('>>', 'cyan', 'read for replacement', 'reading for replacement', 'read for replacement'),
  discard: words('< ', 'red', 'discard', 'discarding', 'discarded'),
  'discard-replaced': words('<<', 'red', 'discard original', 'discarding original', 'discarded original'),
  'remove-pending-replace': words(
    '~ ',
    'plain',
    'complete replacement',
    'completing replacement',
    'completed replacement',
  ),
  refresh: words('~ ', 'yellow', 'refresh', 'refreshing', 'refreshed'),
  import: words('= ', 'cyan', 'import', 'importing', 'imported'),
  'import-replacement': words('=>', 'cyan', 'import replacement', 'importing replacement', 'imported replacement'),
};

export interface Attention {
  readonly showSames: boolean;
  readonly showReads: boolean;
}

/** Whether a step is news: what stays and what is only read is not, unless asked for. */
export function isNews(op: StepOp, { showSames, showReads }: Attention): boolean {
  if (op === 'same') return showSames;
  return op === 'read' ? showReads : true;
}

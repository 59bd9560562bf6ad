import type { StepOp } from '@radiant/model';
import type { StepDecision } from '../decide/decide-step.ts';

/** The steps that a decision leads to at once. What a replacement leaves behind is deleted when all is declared. */
export const stepsOf: { readonly [decision in StepDecision]: readonly StepOp[] } = {
  create: ['create'],
  same: ['same'],
  'same-with-new-metadata': ['same'],
  update: ['update'],
  'replace-create-first': ['create-replacement', 'replace'],
  'replace-delete-first': ['delete-replaced', 'replace', 'create-replacement'],
  recreate: ['replace', 'create-replacement'],
  import: ['import'],
  'import-replacement': ['import-replacement', 'replace'],
  leave: ['same'],
  // Not to make something is a step that changes nothing, as Pulumi counts it.
  skip: ['same'],
  // A plan says nothing of reads: they change nothing.
  read: [],
  'read-replacement': [],
  // Nothing is done; what would follow is a decision of its own.
  'refuse-protected': [],
  'refuse-imported': [],
};

const replacementSteps: ReadonlySet<StepOp> = new Set(['create-replacement', 'replace', 'delete-replaced']);

/** What is allowed in place of a planned step: itself, and what does less (Pulumi: ConstrainedTo). */
function isAllowed(op: StepOp, planned: StepOp): boolean {
  if (op === planned) return true;
  if (planned === 'create' || planned === 'update') return op === 'same';
  if (planned === 'delete') return op === 'discard';
  if (planned === 'delete-replaced' && op === 'discard-replaced') return true;
  return replacementSteps.has(planned) && (op === 'same' || op === 'update');
}

/** The steps that a plan still expects of one resource. */
export class ExpectedSteps {
  #left: StepOp[];
  /** Something less took the place of a replacement, or it failed: what is left of it may happen, and need not. */
  #isLessened = false;

  constructor(planned: readonly StepOp[]) {
    this.#left = [...planned];
  }

  /** Those that must still happen. */
  get owed(): readonly StepOp[] {
    return this.#isLessened ? [] : this.#left;
  }

  /** It failed on its way: what was to follow does not come, but for what it left to be deleted. */
  breakOff(): void {
    this.#isLessened = true;
  }

  /** Takes note of a step. Returns why it is not allowed, in Pulumi's words. */
  admit(op: StepOp): string | undefined {
    const position = this.#isLessened ? this.#left.findIndex((planned) => isAllowed(op, planned)) : 0;
    const [planned] = position < 0 ? [] : this.#left.splice(position, 1);
    if (planned === undefined) return `${op} is not allowed by the plan: no more steps were expected for this resource`;
    if (!isAllowed(op, planned)) return `${op} is not allowed by the plan: this resource is constrained to ${planned}`;
    this.#isLessened ||= op !== planned && replacementSteps.has(planned);
    return undefined;
  }
}

/** Why a step is not allowed on a resource that the plan does not know. */
export function unplannedStep(op: StepOp): string | undefined {
  return op === 'same' ? undefined : `${op} is not allowed by the plan: no steps were expected for this resource`;
}

import type { EventColour } from './colour-directives.ts';
import type { PrintedSecrets } from './printed-state.ts';

/** How events are written where there is a choice. */
export interface EventStyle {
  readonly secrets: PrintedSecrets;
  readonly colour: EventColour;
}

export const plainEvents: EventStyle = { secrets: 'blinded', colour: 'never' };

import { type Autonaming, type Goal, isProviderType, packageOfType } from '@radiant/model';
import type { AutonamingConfig, NamingRule } from './autonaming-config.ts';
import { isRandom, nameOf } from './name-pattern.ts';

/** What the configuration says about the name of one resource. */
export interface ResourceNaming {
  readonly autonaming: Autonaming;
  /** Its successor would have the same name, so both cannot stand beside each other. */
  readonly isFixed: boolean;
  /** Whether the person wants to know when the provider cannot follow it: it was meant for this resource, or enforced. */
  readonly isExpected: boolean;
}

/** Undefined where naming is left to the provider. `seed` is only asked when chance has a part in it. */
export function resourceNaming(
  config: AutonamingConfig | undefined,
  goal: Goal,
  seed: () => Uint8Array,
): ResourceNaming | undefined {
  if (config === undefined || goal.kind !== 'custom' || isProviderType(goal.type)) return undefined;
  const provider = config.providers.get(packageOfType(goal.type));
  const own = provider?.resources.get(goal.type) ?? provider?.rule;
  const naming = ruled(own ?? config.rule, goal.name, seed);
  return naming === undefined || own === undefined ? naming : { ...naming, isExpected: true };
}

function ruled(rule: NamingRule, name: string, seed: () => Uint8Array): ResourceNaming | undefined {
  switch (rule.kind) {
    case 'default':
      return undefined;
    case 'verbatim':
      return { autonaming: { proposedName: name, mode: 'enforce' }, isFixed: true, isExpected: false };
    case 'disabled':
      return { autonaming: { proposedName: '', mode: 'disable' }, isFixed: true, isExpected: false };
    case 'pattern': {
      const { pattern, isEnforced } = rule;
      const mode = isEnforced ? 'enforce' : 'propose';
      const proposedName = nameOf(pattern, name, seed());
      return { autonaming: { proposedName, mode }, isFixed: !isRandom(pattern), isExpected: isEnforced };
    }
  }
}

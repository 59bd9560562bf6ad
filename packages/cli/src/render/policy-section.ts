import { type EnforcementLevel, type PolicyRemediation, type PolicyViolation, urnName, urnType } from '@radiant/model';
import { shortType } from './names.ts';
import type { OperationView } from './operation-view.ts';
import { type Colour, type Painter, plainPainter } from './painter.ts';
import { harmless } from './text-width.ts';
import { type ValueStyle, valueLines } from './value-text.ts';

export interface PolicyStyle extends ValueStyle {
  /** What remediations have changed, property by property. */
  readonly showRemediations: boolean;
}

const levelColours: { readonly [level in EnforcementLevel]: Colour } = {
  mandatory: 'red',
  remediate: 'red',
  advisory: 'yellow',
  disabled: 'dim',
};

/** The packs that looked on, each with what it changed and what it found, as Pulumi has it (engine reference 5.3). */
export function policySection(view: OperationView, style: PolicyStyle, paint: Painter): readonly string[] {
  const packs = packsOf(view.summary?.policyPacks ?? {});
  if (packs.size === 0) return [];
  const { violations, remediations } = view.policies;
  return [
    paint('heading', 'Policies:'),
    ...[...packs].flatMap(([pack, places]) => {
      const isOf = (news: { readonly pack: string; readonly packVersion: string }) => packName(news) === pack;
      return packLines(pack, places, violations.filter(isOf), remediations.filter(isOf), style, paint);
    }),
  ];
}

/** Packs of one name and version are one; `packs`: versions by `name|local|place`. */
function packsOf(packs: { readonly [pack: string]: string }): ReadonlyMap<string, readonly string[]> {
  const byName = Map.groupBy(Object.entries(packs), ([key, version]) =>
    packName({ pack: key.split('|')[0]!, packVersion: version }),
  );
  const named = Array.from(
    byName,
    ([name, entries]) => [name, entries.map(([key]) => key.split('|').slice(2).join('|'))] as const,
  );
  return new Map(named.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function packName({ pack, packVersion }: { readonly pack: string; readonly packVersion: string }): string {
  return `${pack}@v${packVersion}`;
}

function packLines(
  pack: string,
  places: readonly string[],
  violations: readonly PolicyViolation[],
  remediations: readonly PolicyRemediation[],
  style: PolicyStyle,
  paint: Painter,
): readonly string[] {
  const isBroken = violations.some(({ level }) => level === 'mandatory');
  const mark = isBroken ? '❌' : violations.length > 0 ? '⚠️' : '✅';
  return [
    `    ${mark} ${paint('bold', pack)} (local: ${places.join('; ')})`,
    ...[...remediations].sort(byPolicy).flatMap((remediation) => remediationLines(remediation, style, paint)),
    ...[...violations].sort(byPolicy).flatMap((violation) => violationLines(violation, paint)),
  ];
}

type News = Pick<PolicyViolation, 'policy' | 'urn'> & { readonly level?: EnforcementLevel };

/** What must not be comes first. */
function byPolicy(left: News, right: News): number {
  const key = ({ level, policy, urn }: News) => `${level === 'advisory' ? 1 : 0} ${policy} ${urn}`;
  return key(left) < key(right) ? -1 : 1;
}

function remediationLines(remediation: PolicyRemediation, style: PolicyStyle, paint: Painter): readonly string[] {
  const { policy, urn, before, after } = remediation;
  const line = `        - ${paint('green', '[remediate]')}  ${policy}  ${subjectOf(urn)}`;
  if (!style.showRemediations) return [line];
  const text = (value: (typeof before)[string] | undefined) =>
    value === undefined ? '(none)' : valueLines(value, style).join('\n            ');
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changes = keys
    .map((key) => ({ key, from: text(before[key]), to: text(after[key]) }))
    .filter(({ from, to }) => from !== to)
    .map(({ key, from, to }) => paint('yellow', `          ~ ${key}: ${from} => ${to}`));
  return [line, ...changes];
}

function violationLines({ policy, level, severity, urn, message }: PolicyViolation, paint: Painter): readonly string[] {
  const weight = severity === undefined ? '' : `  severity: ${severity}`;
  return [
    `        - ${paint(levelColours[level], `[${level}]`)}  ${policy}${weight}  ${subjectOf(urn)}`,
    ...harmless(message.replace(/\n+$/, ''), paint !== plainPainter)
      .split('\n')
      .map((line) => `          ${line}`),
  ];
}

function subjectOf(urn: PolicyViolation['urn']): string {
  return `(${shortType(urnType(urn))}: ${urnName(urn)})`;
}

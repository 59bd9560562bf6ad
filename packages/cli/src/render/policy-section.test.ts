import type { PolicyViolation, Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { summaryOf, summed } from '../../test/operation-events.ts';
import { createView } from './operation-view.ts';
import { plainPainter } from './painter.ts';
import { policySection } from './policy-section.ts';

const urn = 'urn:pulumi:dev::proj::shelf:index:Book::dawn' as Urn;
const of = { pack: 'library', packVersion: '0.0.1', urn } as const;
const violation: PolicyViolation = {
  ...of,
  policy: 'short-title',
  description: 'A title is short',
  message: 'A title is short\nit is too long',
  level: 'mandatory',
};

function sectionOf(
  policyPacks: { readonly [pack: string]: string },
  showRemediations = false,
  violations = [violation],
) {
  const { view, add } = createView('up', false);
  const remediation = {
    ...of,
    policy: 'capital',
    before: { title: 'dawn', pages: 3 },
    after: { title: 'Dawn', pages: 3 },
  };
  if (showRemediations) add({ kind: 'policy-remediated', timeMs: 0, remediation });
  for (const each of violations) add({ kind: 'policy-violated', timeMs: 0, violation: each });
  add(summed(summaryOf('up', {}, { policyPacks })));
  return policySection(view, { showSecrets: false, showFull: false, showRemediations }, plainPainter);
}

const packs = { 'library|local|policies': '0.0.1' };

test('findings stand under their pack, what must not be first, with what they say', () => {
  const advisory: PolicyViolation = {
    ...violation,
    policy: 'a',
    level: 'advisory',
    severity: 'low',
    message: 'rather not',
  };
  expect(sectionOf(packs, false, [advisory, violation])).toEqual([
    'Policies:',
    '    ❌ library@v0.0.1 (local: policies)',
    '        - [mandatory]  short-title  (shelf:index:Book: dawn)',
    '          A title is short',
    '          it is too long',
    '        - [advisory]  a  severity: low  (shelf:index:Book: dawn)',
    '          rather not',
  ]);
});

test('a pack that found nothing is named, and packs of one name and version are one', () => {
  const both = { ...packs, 'library|local|more': '0.0.1' };
  expect(sectionOf(both, false, [])).toEqual(['Policies:', '    ✅ library@v0.0.1 (local: policies; more)']);
  expect(sectionOf({}, false, [])).toEqual([]);
});

test('remediations show what they have changed', () => {
  expect(sectionOf(packs, true, [])).toEqual([
    'Policies:',
    '    ✅ library@v0.0.1 (local: policies)',
    '        - [remediate]  capital  (shelf:index:Book: dawn)',
    '          ~ title: "dawn" => "Dawn"',
  ]);
});

import { childUrn, type Goal, stackUrn, type Urn } from '@radiant/model';
import { expect, test } from 'vitest';
import { aliasUrns } from './aliases.ts';

const naming = { project: 'p', stack: 's' };
const root = stackUrn('s', 'p');
const parent = childUrn('s', 'p', root, 'a:b:Group', 'app');

function goal(aliases: Goal['aliases']): Goal {
  return { type: 'a:b:C', name: 'app-db', parent, aliases } as Goal;
}

test('an alias takes what it leaves out from the resource', () => {
  const specs = [
    { kind: 'spec', name: 'old' },
    { kind: 'spec', type: 'x:y:Z' },
    { kind: 'spec', project: 'q', stack: 't' },
    { kind: 'spec', parent: { kind: 'none' } },
    { kind: 'spec', parent: { kind: 'urn', urn: root } },
    { kind: 'urn', urn: 'urn:pulumi:s::p::k:l:M::n' as Urn },
  ] as const;
  expect(aliasUrns(naming, goal(specs), () => undefined)).toEqual([
    'urn:pulumi:s::p::a:b:Group$a:b:C::old',
    'urn:pulumi:s::p::a:b:Group$x:y:Z::app-db',
    'urn:pulumi:t::q::a:b:Group$a:b:C::app-db',
    'urn:pulumi:s::p::a:b:C::app-db',
    'urn:pulumi:s::p::k:l:M::n',
  ]);
});

test('a child follows its parent`s alias, its name with it when it was named after the parent', () => {
  const old = childUrn('s', 'p', root, 'a:b:OldGroup', 'service');
  expect(aliasUrns(naming, goal([{ kind: 'spec', name: 'other' }]), () => old)).toEqual([
    'urn:pulumi:s::p::a:b:Group$a:b:C::other',
    'urn:pulumi:s::p::a:b:OldGroup$a:b:C::service-db',
    'urn:pulumi:s::p::a:b:OldGroup$a:b:C::other',
  ]);
});

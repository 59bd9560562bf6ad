import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLab, type Lab, launcher } from '../../support/radiant.ts';
import { colouring, drawing, escapeCharacter } from '../../support/terminal/screen.ts';
import { hasPseudoTerminals, openTerminal, type Session } from '../../support/terminal/session.ts';
import { type ShopState, shopFiles } from './shop.ts';

// What a person sees, kept as files beside this one, to be read as a person would: the built CLI with a stock program and
// the embedded cluster, at terminals that are narrow, usual and wide. `npx vitest run tests/e2e/screens -u` writes them.

let lab: Lab;
let shop: string;

beforeAll(async () => {
  lab = await createLab();
  shop = await lab.program('shop', shopFiles);
  await lab.must(shop, 'cluster', 'start');
}, 120_000);

afterAll(() => lab.dispose(), 60_000);

interface At {
  readonly state: ShopState;
  readonly columns: number;
  readonly env?: { readonly [name: string]: string };
}

function open({ state, columns, env }: At, line: string): Session {
  return openTerminal([process.execPath, launcher, ...line.split(' ')], {
    cwd: shop,
    columns,
    rows: 40,
    env: { ...lab.env, NO_COLOR: undefined, SHOP: state, ...env },
  });
}

async function screenAtEnd(at: At, line: string): Promise<string> {
  const session = open(at, line);
  const code = await session.ended;
  return `$ radiant ${line}\n${constant(session.screen())}\n\n[ends with ${code}]\n`;
}

/** Times, ports, ids and the names of pods are never the same twice. */
function constant(screen: string): string {
  return screen
    .replaceAll(/\(\d\.\d\ds\)|\(\d\d\.\ds\)/g, '(0.12s)')
    .replaceAll(/\(\d+s\)/g, '(1s)')
    .replaceAll(/Duration: \w+/g, 'Duration: 1s')
    .replaceAll(/(12\n?7\.0\.0\.1:)\d{5}/g, '$112345')
    .replaceAll(/storefront-[\da-f]{8,10}-\w{5}/g, 'storefront-0123456789-abcde')
    .replaceAll(/(\n?[\da-f-]\n?){36}(?=\])/g, '<id>');
}

const kept = (name: string, columns: number) => `./golden/${name}-${columns}.txt`;

describe.skipIf(!hasPseudoTerminals).each([40, 80, 200])('at %i columns', (columns) => {
  beforeAll(() => lab.must(shop, 'stack', 'select', '--create', 'dev'));

  afterAll(() => lab.must(shop, 'destroy', '--yes', '--skip-preview', '--remove'), 60_000);

  test('a stack is made', async () => {
    const screen = await screenAtEnd({ state: 'first', columns }, 'up --yes');
    await expect(screen).toMatchFileSnapshot(kept('create', columns));
  }, 60_000);

  test.runIf(columns === 80)(
    'a change is looked at property by property',
    async () => {
      const screen = await screenAtEnd({ state: 'second', columns }, 'preview --diff');
      await expect(screen).toMatchFileSnapshot(kept('diff', columns));
      expect(screen).not.toContain('hunter2');
    },
    60_000,
  );

  test('things are updated, replaced and deleted', async () => {
    const screen = await screenAtEnd({ state: 'second', columns }, 'up --yes');
    await expect(screen).toMatchFileSnapshot(kept('change', columns));
  }, 60_000);

  test.skipIf(columns < 80)(
    'a provider refuses',
    async () => {
      const screen = await screenAtEnd({ state: 'greedy', columns }, 'up --yes --skip-preview');
      await expect(screen).toMatchFileSnapshot(kept('failure', columns));
    },
    60_000,
  );

  test.skipIf(columns < 80)(
    'a policy refuses',
    async () => {
      const screen = await screenAtEnd({ state: 'careless', columns }, 'preview --policy-pack policies');
      await expect(screen).toMatchFileSnapshot(kept('policy', columns));
    },
    60_000,
  );

  test.skipIf(columns < 80)(
    'a wait says what it waits for, and what Ctrl-C left of it',
    async () => {
      const line = 'up --yes --skip-preview';
      const session = open({ state: 'stuck', columns }, line);
      try {
        await session.shows('ImagePullBackOff');
        await expect(`$ radiant ${line}\n${constant(session.screen())}\n`).toMatchFileSnapshot(kept('wait', columns));
        session.type('\u0003');
        expect(await session.ended).toBe(8);
        expect(session.screen()).toContain('cancelled while it was waited for');
      } finally {
        session.hangUp();
      }
    },
    60_000,
  );
});

describe.skipIf(!hasPseudoTerminals)('a terminal that is not drawn upon', () => {
  beforeAll(() => lab.must(shop, 'stack', 'select', '--create', 'plain'));

  const preview = async (env: { readonly [name: string]: string }, line = 'preview') => {
    const session = open({ state: 'first', columns: 80, env }, line);
    expect(await session.ended).toBe(0);
    return session;
  };
  test('a dumb one gets a line for each thing, once, as a screen reader needs it', async () => {
    const session = await preview({ TERM: 'dumb' });
    expect(session.written()).not.toContain(escapeCharacter);
    const lines = session.screen().split('\n');
    expect(lines.filter((line) => /^ \+ .* create$/.test(line)).sort()).toEqual([
      ' +  kubernetes:apps/v1:Deployment storefront create',
      ' +  kubernetes:core/v1:ConfigMap legacy-redirects-of-the-old-shop create',
      ' +  kubernetes:core/v1:ConfigMap settings create',
      ' +  kubernetes:core/v1:Secret credentials create',
      ' +  kubernetes:core/v1:Service storefront create',
      ' +  pulumi-nodejs:dynamic:Resource analytics create',
      ' +  pulumi:pulumi:Stack shop-plain create',
      ' +  shop:web:Storefront storefront create',
    ]);
  }, 60_000);

  test('--non-interactive is the same with colours', async () => {
    const written = (await preview({}, 'preview --non-interactive')).written();
    expect(written).toMatch(colouring);
    expect(written).not.toMatch(drawing);
  }, 60_000);

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }, 'preview'],
    ['--color never', {}, 'preview --color never'],
  ] as const)(
    '%s keeps the tree and takes the colours',
    async (_, env, line) => {
      const written = (await preview(env, line)).written();
      expect(written).toMatch(drawing);
      expect(written).not.toMatch(colouring);
    },
    60_000,
  );
});

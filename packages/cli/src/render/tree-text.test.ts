import { type EngineEvent, stackType } from '@radiant/model';
import { describe, expect, it } from 'vitest';
import {
  failed,
  planned,
  resource,
  said,
  stack,
  stackState,
  started,
  step,
  succeeded,
} from '../../test/operation-events.ts';
import { shownName } from './names.ts';
import { createView } from './operation-view.ts';
import { plainPainter } from './painter.ts';
import { treeLines } from './tree-text.ts';

const service = resource({ type: 'day:index:Microservice', name: 'api' });
const deployment = resource({ type: 'kubernetes:apps/v1:Deployment', name: 'api', parent: service.urn });
const scaler = resource({
  type: 'kubernetes:autoscaling/v2:HorizontalPodAutoscaler',
  name: 'a-rather-long-name-of-an-autoscaler',
  parent: service.urn,
});
const settings = resource({ name: 'settings', inputs: { data: { a: '1' } } });
const newSettings = resource({ name: 'settings', inputs: { data: { a: '2' }, immutable: true } });
const unchanged = resource({ name: 'unchanged' });

const createDeployment = step('create', { new: deployment });
const createScaler = step('create', { new: scaler });
const updateSettings = step('update', { old: settings, new: newSettings });

const events: readonly EngineEvent[] = [
  started(step('same', { old: stackState, new: stackState }), 0),
  ...planned(step('same', { old: unchanged, new: unchanged })),
  started(step('create', { new: service }), 0),
  started(createDeployment, 1_000),
  said({
    severity: 'info',
    message: '[1/2] waiting for 1 of 2 pods: api-7d9 is pulling its image',
    urn: deployment.urn,
    isEphemeral: true,
  }),
  started(createScaler, 2_000),
  succeeded(createScaler, 2_100),
  started(updateSettings, 2_000),
];

function tree(
  list: readonly EngineEvent[],
  columns: number,
  more: { readonly isOver?: boolean; readonly isPreview?: boolean; readonly maxRows?: number } = {},
): string {
  const { view, add } = createView('up', false);
  for (const event of list) add(event);
  const { isOver = false, isPreview = false, ...limits } = more;
  const options = {
    columns,
    nowMs: 5_000,
    isOver,
    isPreview,
    attention: { showSames: false, showReads: false },
    naming: shownName,
    paint: plainPainter,
    ...limits,
  };
  return `\n${treeLines(view, options).join('\n')}\n`;
}

describe('the tree of an operation', () => {
  it('shows what happens under its parents, with elapsed times and the reason of a wait', () => {
    expect(tree(events, 200)).toMatchInlineSnapshot(`
      "
           Type                                                     Name                                 Status           Info
           pulumi:pulumi:Stack                                      day-dev                              running
       +   ├─ day:index:Microservice                                api                                  creating (5s)
       +   │  ├─ kubernetes:apps/v1:Deployment                      api                                  creating (4s)    [1/2] waiting for 1 of 2 pods: api-7d9 is pulling its image
       +   │  └─ kubernetes:autoscaling/v2:HorizontalPodAutoscaler  a-rather-long-name-of-an-autoscaler  created (0.10s)
       ~   └─ kubernetes:core/v1:ConfigMap                          settings                             updating (3s)    [diff: +immutable,~data]
      "
    `);
  });

  it('fits 80 columns: the status whole, then kinds and names', () => {
    expect(tree(events, 80)).toMatchInlineSnapshot(`
      "
           Type                      Name                Status           Info
           pulumi:pulumi:Stack       day-dev             running
       +   ├─ index:Microservice     api                 creating (5s)
       +   │  ├─ apps/v1:Deployment  api                 creating (4s)    [1/2] waiti…
       +   │  └─ …ntalPodAutoscaler  a-rather-long-nam…  created (0.10s)
       ~   └─ core/v1:ConfigMap      settings            updating (3s)    [diff: +imm…
           api: [1/2] waiting for 1 of 2 pods: api-7d9 is pulling its image
      "
    `);
  });

  it.each([30, 40, 60, 80, 120])('is never wider than %i columns', (columns) => {
    const widest = Math.max(
      ...tree(events, columns)
        .split('\n')
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(columns);
  });

  it('counts messages when it is over, and leaves out what did not change', () => {
    const done = [
      ...events,
      said({ severity: 'warning', message: 'deprecated', urn: newSettings.urn }),
      succeeded(updateSettings, 2_500),
      said({ severity: 'error', message: 'ImagePullBackOff', urn: deployment.urn }),
      failed(createDeployment, 5_000),
      said({ severity: 'info', message: 'hello', urn: stack }),
    ];
    expect(tree(done, 120, { isOver: true })).toMatchInlineSnapshot(`
      "
           Type                           Name                                 Status               Info
           pulumi:pulumi:Stack            day-dev                                                   1 message
       +   ├─ day:index:Microservice      api                                  created
       +   │  ├─ apps/v1:Deployment       api                                  **creating failed**  1 error
       +   │  └─ HorizontalPodAutoscaler  a-rather-long-name-of-an-autoscaler  created (0.10s)
       ~   └─ core/v1:ConfigMap           settings                             updated (0.50s)      [diff: +immutable,~data];…
      "
    `);
  });

  it('says what was cut off when all stopped, and that the stack failed with its program', () => {
    const text = tree([...events, said({ severity: 'error', message: 'update failed', urn: stack })], 200, {
      isOver: true,
    });
    expect(text).toMatch(/day-dev +\*\*failed\*\* +1 error/);
    expect(text).toMatch(/settings +\*\*updating interrupted\*\*/);
    expect(text).toMatch(/Microservice +api +created/);
  });

  it('keeps those at work when not all fit', () => {
    const many = Array.from({ length: 50 }, (_, index) => resource({ name: `map-${index}` })).map((state) =>
      step('create', { new: state }),
    );
    const list = [
      started(step('same', { old: stackState, new: stackState }), 0),
      ...many.flatMap((info, index) => (index === 3 ? [started(info, 0)] : [started(info, 0), succeeded(info, 10)])),
    ];
    const text = tree(list, 100, { maxRows: 6 });
    expect(text).toContain('map-3 ');
    expect(text).toMatchInlineSnapshot(`
      "
           Type                             Name     Status
           pulumi:pulumi:Stack              day-dev  running
       +   ├─ kubernetes:core/v1:ConfigMap  map-3    creating (5s)
       +   ├─ kubernetes:core/v1:ConfigMap  map-47   created (0.01s)
       +   ├─ kubernetes:core/v1:ConfigMap  map-48   created (0.01s)
       +   └─ kubernetes:core/v1:ConfigMap  map-49   created (0.01s)
           … and 46 more
      "
    `);
  });

  it('speaks of plans in a preview', () => {
    const old = resource({ name: 'settings', inputs: { metadata: { name: 'a' } } });
    const next = resource({ name: 'settings', inputs: { metadata: { name: 'b' } } });
    const list = [
      ...planned(step('create', { new: resource({ type: stackType }) })),
      ...planned(step('create-replacement', { old, new: next })),
      ...planned(step('replace', { old, new: next }, { replaceKeys: ['metadata'] })),
      ...planned(step('delete-replaced', { old })),
    ];
    expect(tree(list, 100, { isPreview: true, isOver: true })).toMatchInlineSnapshot(`
      "
           Type                             Name      Plan     Info
       +   pulumi:pulumi:Stack              day-dev   create
       +-  └─ kubernetes:core/v1:ConfigMap  settings  replace  [diff: ~metadata] forced by metadata
      "
    `);
  });
});

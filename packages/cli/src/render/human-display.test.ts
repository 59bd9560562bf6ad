import { type EngineEvent, Secret, Unknown } from '@radiant/model';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../test/fake-context.ts';
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
  summaryOf,
  summed,
} from '../../test/operation-events.ts';

const configMap = resource({ name: 'settings', inputs: { data: { MODE: 'calm' }, token: new Secret('hunter2') } });
const oldDeployment = resource({
  type: 'kubernetes:apps/v1:Deployment',
  name: 'day',
  id: 'production/day',
  inputs: { spec: { replicas: 2, template: { spec: { containers: [{ name: 'day', image: 'day:1' }] } } } },
});
const newDeployment = resource({
  type: 'kubernetes:apps/v1:Deployment',
  name: 'day',
  id: 'production/day',
  inputs: { spec: { replicas: 2, template: { spec: { containers: [{ name: 'day', image: 'day:2' }] } } } },
});

const createStack = step('create', { new: stackState });
const createConfigMap = step('create', { new: configMap });
const updateDeployment = step(
  'update',
  { old: oldDeployment, new: newDeployment },
  { detailedDiff: { 'spec.template.spec.containers[0].image': { kind: 'update', isInputDiff: false } } },
);
const sameStack = step('same', { old: stackState, new: stackState });

const previewEvents: readonly EngineEvent[] = [
  { kind: 'prelude', timeMs: 0, config: { 'day:replicas': '2' } },
  { kind: 'target', timeMs: 0, text: 'cluster embedded (https://127.0.0.1:6443)' },
  ...planned(sameStack),
  ...planned(createConfigMap),
  ...planned(updateDeployment),
  summed(summaryOf('preview', { create: 1, update: 1, same: 1 })),
];
const previewed = {
  events: previewEvents,
  oldOutputs: { image: 'day:1', gone: 1 },
  outputs: { image: 'day:2', url: new Unknown(), password: new Secret('hunter2') },
};

describe('a preview', () => {
  it('is shown as plain lines where there is no terminal', async () => {
    const { out, exitCode } = await runCli('preview', { operations: { preview: previewed } });
    expect(exitCode).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "Previewing update (dev):
      Target: cluster embedded (https://127.0.0.1:6443)
       +  kubernetes:core/v1:ConfigMap settings create
       ~  kubernetes:apps/v1:Deployment day update [diff: ~spec]

      Outputs:
        - gone    : 1
        ~ image   : "day:1" => "day:2"
        + password: [secret]
        + url     : [unknown]

      Resources:
          + 1 to create
          ~ 1 to update
          2 changes. 1 unchanged

      Duration: 3s

      "
    `);
  });

  it('shows what changes property by property with --diff, and no secret', async () => {
    const { out } = await runCli('preview --diff', { operations: { preview: previewed } });
    expect(out).toMatchInlineSnapshot(`
      "Previewing update (dev):
      Target: cluster embedded (https://127.0.0.1:6443)
        pulumi:pulumi:Stack: (same)
          [urn=urn:pulumi:dev::day::pulumi:pulumi:Stack::day-dev]
          + kubernetes:core/v1:ConfigMap: (create)
              [urn=urn:pulumi:dev::day::kubernetes:core/v1:ConfigMap::settings]
              data : {
                  MODE: "calm"
              }
              token: [secret]
          ~ kubernetes:apps/v1:Deployment: (update)
              [id=production/day]
              [urn=urn:pulumi:dev::day::kubernetes:apps/v1:Deployment::day]
            ~ spec: {
                ~ template: {
                    ~ spec: {
                        ~ containers: [
                            ~ [0]: {
                                ~ image: "day:1" => "day:2"
                              }
                          ]
                      }
                  }
              }

      Outputs:
        - gone    : 1
        ~ image   : "day:1" => "day:2"
        + password: [secret]
        + url     : [unknown]

      Resources:
          + 1 to create
          ~ 1 to update
          2 changes. 1 unchanged

      Duration: 3s

      "
    `);
    expect(out).not.toContain('hunter2');
  });

  it('shows secrets when asked to', async () => {
    const { out } = await runCli('preview --diff --show-secrets', { operations: { preview: previewed } });
    expect(out).toContain('hunter2');
  });
});

const upEvents: readonly EngineEvent[] = [
  started(createStack, 0),
  said({ severity: 'info', message: 'hello from the program', urn: stack }, 100),
  started(createConfigMap, 200),
  succeeded(createConfigMap, 330),
  started(updateDeployment, 340),
  said({ severity: 'info', message: '[1/2] waiting for 1 of 2 pods', urn: newDeployment.urn, isEphemeral: true }, 400),
  succeeded(updateDeployment, 3_400),
  succeeded(createStack, 3_500),
  summed(summaryOf('up', { create: 2, update: 1 }, { durationMs: 3_500 })),
];

describe('an update', () => {
  it('is shown line by line where there is no terminal', async () => {
    const { out } = await runCli('up --yes --skip-preview', {
      operations: { up: { events: upEvents, outputs: { url: 'http://day' } } },
    });
    expect(out).toMatchInlineSnapshot(`
      "Updating (dev):
       +  pulumi:pulumi:Stack day-dev creating (0s)
       +  pulumi:pulumi:Stack day-dev creating (0s) hello from the program
       +  kubernetes:core/v1:ConfigMap settings creating (0s)
       +  kubernetes:core/v1:ConfigMap settings created (0.13s)
       ~  kubernetes:apps/v1:Deployment day updating (0s) [diff: ~spec]
       ~  kubernetes:apps/v1:Deployment day updating (0s) [1/2] waiting for 1 of 2 pods
       ~  kubernetes:apps/v1:Deployment day updated (3.06s) [diff: ~spec]
       +  pulumi:pulumi:Stack day-dev created (3.50s)

      Diagnostics:
        pulumi:pulumi:Stack (day-dev):
          hello from the program

      Outputs:
        + url: "http://day"

      Resources:
          + 2 created
          ~ 1 updated
          3 changes

      Duration: 4s

      "
    `);
  });

  it('says what became of an interrupted operation before anything else happens, and again at the end', async () => {
    const message =
      'The update that hari began on trantor was interrupted, and left one step in doubt:\n  creating urn';
    const events = [said({ severity: 'info', message }), ...planned(sameStack), summed(summaryOf('up', { same: 1 }))];
    const { out } = await runCli('up --yes --skip-preview', { operations: { up: { events } } });
    expect(out.indexOf(message)).toBe('Updating (dev):\n'.length);
    expect(out.split('was interrupted')).toHaveLength(3);
  });

  it('says which resource failed, why, and that the update failed', async () => {
    const events = [
      started(createStack, 0),
      started(createConfigMap, 10),
      said(
        { severity: 'error', message: 'the namespace "production" is missing\nmake it first', urn: configMap.urn },
        20,
      ),
      failed(createConfigMap, 20),
      summed(summaryOf('up', { create: 1 }, { result: 'failed' })),
    ];
    const { out, exitCode } = await runCli('up --yes -f', { operations: { up: { events } } });
    expect(exitCode).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "Updating (dev):
       +  pulumi:pulumi:Stack day-dev creating (0s)
       +  kubernetes:core/v1:ConfigMap settings creating (0s)
       +  kubernetes:core/v1:ConfigMap settings creating (0s) error: the namespace "production" is missing
       +  kubernetes:core/v1:ConfigMap settings **creating failed**

      Diagnostics:
        kubernetes:core/v1:ConfigMap (settings):
          error: the namespace "production" is missing
          make it first

        pulumi:pulumi:Stack (day-dev):
          error: update failed

      Resources:
          + 1 created

      Duration: 3s

      "
    `);
  });

  it('is silent about what is only read, unless asked', async () => {
    const read = step('read', { new: resource({ type: 'pulumi:pulumi:StackReference', name: 'other' }) });
    const events = [...planned(sameStack), ...planned(read), summed(summaryOf('preview', { same: 1 }))];
    expect((await runCli('preview', { operations: { preview: { events } } })).out).not.toContain('StackReference');
    expect((await runCli('preview --diff', { operations: { preview: { events } } })).out).not.toContain(
      'StackReference',
    );
    const asked = await runCli('preview --show-reads', { operations: { preview: { events } } });
    expect(asked.out).toContain(' >  pulumi:pulumi:StackReference other read');
  });

  it('says once what is the same for many resources', async () => {
    const maps = ['a', 'b', 'c', 'd', 'e'].map((name) => step('create', { new: resource({ name }) }));
    const events = [
      ...maps.flatMap(planned),
      ...maps.map(({ urn }) => said({ severity: 'warning', message: 'not verified: the cluster is unreachable', urn })),
    ];
    const { out } = await runCli('preview --suppress-progress', { operations: { preview: { events } } });
    expect(out).toContain(
      'core/v1:ConfigMap (a), kubernetes:core/v1:ConfigMap (b), kubernetes:core/v1:ConfigMap (c) and 2 more:\n    warning: not verified',
    );
    expect(out.match(/not verified/g)).toHaveLength(1);
  });

  it('keeps notes apart from what the plan has to say', async () => {
    const note = {
      severity: 'warning',
      message: 'somebody changed spec.replicas to 5',
      urn: newDeployment.urn,
      isNote: true,
    } as const;
    const events = [...planned(sameStack), said(note), summed(summaryOf('preview', { same: 1 }))];
    const { out } = await runCli('preview', { operations: { preview: { events } } });
    expect(out).toMatchInlineSnapshot(`
      "Previewing update (dev):

      Noticed (nothing of this is changed without refresh):
        kubernetes:apps/v1:Deployment (day):
          warning: somebody changed spec.replicas to 5

      Resources:
          1 unchanged

      Duration: 3s

      "
    `);
  });

  it('shows both halves of a replacement as they happen', async () => {
    const old = resource({ name: 'settings', inputs: { metadata: { name: 'a' } } });
    const next = resource({ name: 'settings', inputs: { metadata: { name: 'b' } } });
    const keys = { replaceKeys: ['metadata'] };
    const [create, replace, remove] = [
      step('create-replacement', { old, new: next }, keys),
      step('replace', { old, new: next }, keys),
      step('delete-replaced', { old }),
    ];
    const events = [
      ...[create, replace, remove].flatMap((info, index) => [
        started(info, index * 100),
        succeeded(info, index * 100 + 50),
      ]),
      summed(summaryOf('up', { replace: 1 })),
    ];
    const { out } = await runCli('up --yes -f', { operations: { up: { events } } });
    expect(out).toMatchInlineSnapshot(`
      "Updating (dev):
       ++ kubernetes:core/v1:ConfigMap settings creating replacement (0s) [diff: ~metadata]
       ++ kubernetes:core/v1:ConfigMap settings created replacement (0.05s) [diff: ~metadata]
       +- kubernetes:core/v1:ConfigMap settings replacing (0s) [diff: ~metadata]
       +- kubernetes:core/v1:ConfigMap settings replaced (0.05s) [diff: ~metadata]
       -- kubernetes:core/v1:ConfigMap settings deleting original (0s)
       -- kubernetes:core/v1:ConfigMap settings deleted original (0.05s)

      Resources:
          +- 1 replaced

      Duration: 3s

      "
    `);
  });
});

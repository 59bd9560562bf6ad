import { ApiError } from '../api-error.ts';
import { numberOf } from '../kinds/fields.ts';
import { fnv32 } from '../kinds/safe-hash.ts';
import type { KubeObject } from '../kube-object.ts';
import type { ControllerContext } from './controller.ts';
import { timestamp } from './timestamps.ts';

export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{web}`, where the event is about a part. */
  readonly fieldPath?: string;
}

export type RecordEvent = (object: KubeObject, note: EventNote) => void;

/**
 * Events about objects, from one component. The same event again counts up the one that is there. Events are best effort, as in any
 * cluster: where none can be written (a namespace on its way out), nothing fails for it.
 */
export function eventRecorder(context: ControllerContext, component: string, host?: string): RecordEvent {
  return (object, note) => {
    const { name, uid } = object.metadata;
    const namespace = object.metadata.namespace ?? 'default';
    const identity = [uid, component, note.type, note.reason, note.fieldPath, note.message].join('\n');
    const eventName = `${name}.${hash16(identity)}`;
    const now = timestamp(context.clock.nowMs());
    const existing = context.client.get('Event', namespace, eventName);
    try {
      if (existing !== undefined) {
        context.client.update({ ...existing, count: numberOf(existing.count) + 1, lastTimestamp: now });
        return;
      }
      context.client.create({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: eventName, namespace },
        involvedObject: {
          ...reference(object),
          ...(note.fieldPath === undefined ? {} : { fieldPath: note.fieldPath }),
        },
        type: note.type,
        reason: note.reason,
        message: note.message,
        source: { component, ...(host === undefined ? {} : { host }) },
        reportingComponent: component,
        reportingInstance: host ?? '',
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  };
}

function reference(object: KubeObject): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

function hash16(text: string): string {
  const half = (part: string) => fnv32(part).toString(16).padStart(8, '0');
  return half(text) + half(`${text.length}\n${text}`);
}

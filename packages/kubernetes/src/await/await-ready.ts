import type { CallContext, PropertyMap } from '@radiant/model';
import { KubeApiError } from '../client/api-error.ts';
import type { Informer } from '../client/informer.ts';
import { untilLive } from '../client/wait.ts';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, textAt } from '../json.ts';
import { annotationIn, annotations } from '../kinds/annotations.ts';
import type { KindRoute } from '../kinds/builtin-kinds.ts';
import { formatObjectId, type ObjectName } from '../kinds/object-id.ts';
import { kubeKind } from '../kinds/resource-kind.ts';
import type { ProviderEnvironment } from '../provider-environment.ts';
import { warningEvents } from './events.ts';
import type { Readiness, ReadinessRule, RelatedKind, Surroundings } from './readiness.ts';
import { readinessRule } from './rules.ts';
import { ruleOfWaitFor } from './wait-for.ts';

export interface AwaitRequest {
  readonly route: KindRoute;
  readonly where: ObjectName;
  readonly inputs: PropertyMap;
  /** The object as the last write left it. */
  readonly written: KubeObject;
  /** What the resource's options say; else the annotation and the default apply. */
  readonly timeoutSeconds: number | undefined;
}

export interface Awaited {
  /** The newest that was seen of it. */
  readonly object: KubeObject;
  /** Why it did not get ready; empty when it did. */
  readonly initErrors: readonly string[];
}

export const defaultTimeoutSeconds = 600;

/** With no cause to show after this time, the events of the namespace are asked. */
const eventsAfterMs = 5_000;

/**
 * Waits until the object is of use, by one LIST and WATCH per kind that tells. It exists already, so whatever keeps it
 * from getting ready is told in the result, never thrown.
 */
export async function awaitReady(
  request: AwaitRequest,
  environment: ProviderEnvironment,
  cluster: Cluster,
  context: CallContext,
): Promise<Awaited> {
  const rule = ruleFor(request, environment.waitsForAll);
  if (rule === undefined) return { object: request.written, initErrors: [] };
  return new ReadinessWatch(request, rule, environment, cluster, context).run();
}

function ruleFor(request: AwaitRequest, waitsForAll: boolean): ReadinessRule | undefined {
  if (annotationIn(request.inputs, annotations.skipAwait) === 'true') return undefined;
  const waitFor = textAt(request.written, 'metadata', 'annotations', annotations.waitFor);
  return waitFor === '' ? readinessRule(request.route, waitsForAll) : ruleOfWaitFor(waitFor);
}

export function timeoutOf(inputs: PropertyMap, timeoutSeconds: number | undefined): number {
  const annotated = Number(annotationIn(inputs, annotations.timeoutSeconds));
  if (timeoutSeconds !== undefined && timeoutSeconds > 0) return timeoutSeconds;
  return Number.isFinite(annotated) && annotated > 0 ? annotated : defaultTimeoutSeconds;
}

/** One object being waited for. */
class ReadinessWatch {
  readonly #request: AwaitRequest;
  readonly #rule: ReadinessRule;
  readonly #environment: ProviderEnvironment;
  readonly #cluster: Cluster;
  readonly #context: CallContext;
  readonly #startMs: number;
  readonly #related = new Map<RelatedKind, Informer>();
  #newest: KubeObject;
  #wasSeen = false;
  #last: Readiness = { kind: 'waiting', status: 'Waiting for the object to be seen', causes: [] };
  #eventCauses: readonly string[] = [];
  #reported = '';

  constructor(
    request: AwaitRequest,
    rule: ReadinessRule,
    environment: ProviderEnvironment,
    cluster: Cluster,
    context: CallContext,
  ) {
    this.#request = request;
    this.#rule = rule;
    this.#environment = environment;
    this.#cluster = cluster;
    this.#context = context;
    this.#startMs = environment.clock.nowMs();
    this.#newest = request.written;
  }

  async run(): Promise<Awaited> {
    const related = this.#rule.related(this.#newest);
    if (related.length === 0) {
      const verdict = this.#rule.judge(this.#newest, this.#surroundings());
      if (verdict.kind === 'ready') return this.#finish(verdict);
    }
    const { route, where } = this.#request;
    const routes = await Promise.all(related.map((kind) => this.#routeOf(kind)));
    // From here to the subscription nothing is awaited: an informer that nobody listens to closes by itself.
    const own = this.#cluster.informers.open(route, where.namespace);
    related.forEach((kind, index) => {
      const found = routes[index];
      if (found !== undefined) this.#related.set(kind, this.#cluster.informers.open(found, where.namespace));
    });
    const ended = new AbortController();
    void this.#lookAtEvents(AbortSignal.any([ended.signal, this.#context.signal]));
    try {
      const limits = { clock: this.#environment.clock, deadlineMs: this.#deadlineMs(), signal: this.#context.signal };
      const waited = await untilLive([own], () => this.#check(own), limits, [...this.#related.values()]);
      if (waited.kind === 'done') return this.#finish(waited.value);
      return await this.#giveUp(waited.kind);
    } catch (error) {
      if (error instanceof KubeApiError) return this.#unwatchable(error);
      throw error;
    } finally {
      ended.abort();
      if (this.#reported !== '') this.#context.report('');
    }
  }

  #routeOf(kind: RelatedKind): Promise<KindRoute | undefined> {
    const cut = kind.lastIndexOf('/');
    return this.#cluster.discovery.find(kubeKind(kind.slice(0, cut), kind.slice(cut + 1)));
  }

  #deadlineMs(): number {
    return this.#startMs + timeoutOf(this.#request.inputs, this.#request.timeoutSeconds) * 1000;
  }

  /** The verdict that ends the wait; undefined while it goes on. */
  #check(own: Informer): Readiness | undefined {
    const live = own.get(this.#request.where.name);
    if (live === undefined && this.#wasSeen)
      return { kind: 'failed', causes: ['It was deleted while it was waited for'] };
    if (live !== undefined && !isOlder(live, this.#newest)) {
      this.#newest = live;
      this.#wasSeen = true;
    }
    const verdict = this.#rule.judge(this.#newest, this.#surroundings());
    if (verdict.kind !== 'waiting') return verdict;
    // What was seen last may be long past; that nothing new comes is what there is to know.
    const causes = own.outage === '' ? verdict.causes : [`The API server does not answer: ${own.outage}`];
    this.#last = { ...verdict, causes };
    this.#report(verdict.status, causes);
    return undefined;
  }

  #surroundings(): Surroundings {
    const informer = (kind: RelatedKind) => this.#related.get(kind);
    return {
      get: (kind, name) => informer(kind)?.get(name),
      all: (kind) => informer(kind)?.all() ?? [],
      ownedBy: (kind, uid) => informer(kind)?.ownedBy(uid) ?? [],
      sees: (kind) => informer(kind)?.isLive ?? false,
    };
  }

  #report(status: string, causes: readonly string[]): void {
    const line = causes[0] === undefined ? status : `${status}; ${causes[0]}`;
    if (line === this.#reported) return;
    this.#reported = line;
    this.#context.report(line);
  }

  /** Some causes show only as events: a volume that cannot be mounted, a quota that is used up. */
  async #lookAtEvents(signal: AbortSignal): Promise<void> {
    await this.#environment.clock.sleep(eventsAfterMs, signal);
    if (signal.aborted || this.#causes().length > 0) return;
    this.#eventCauses = await this.#readEvents();
    if (!signal.aborted && this.#last.kind === 'waiting') this.#report(this.#last.status, this.#causes());
  }

  #readEvents(): Promise<readonly string[]> {
    const uids = new Set([textAt(this.#newest, 'metadata', 'uid')]);
    for (const informer of this.#related.values())
      for (const owner of [...uids])
        for (const owned of informer.ownedBy(owner)) uids.add(textAt(owned, 'metadata', 'uid'));
    return warningEvents(this.#cluster, this.#request.where.namespace, uids);
  }

  #causes(): readonly string[] {
    const known = this.#last.kind === 'waiting' ? this.#last.causes : [];
    return known.length > 0 ? known : this.#eventCauses;
  }

  async #giveUp(why: 'timed-out' | 'cancelled'): Promise<Awaited> {
    if (why === 'timed-out' && this.#causes().length === 0) this.#eventCauses = await this.#readEvents();
    const seconds = timeoutOf(this.#request.inputs, this.#request.timeoutSeconds);
    const end =
      why === 'cancelled' ? 'cancelled while it was waited for' : `not ready within ${durationWords(seconds)}`;
    const status = this.#last.kind === 'waiting' ? this.#last.status : '';
    return { object: this.#newest, initErrors: [`${this.#words()}: ${end}: ${status}`, ...this.#causes()] };
  }

  #unwatchable(error: KubeApiError): Awaited {
    const how = `allow list and watch, or add the annotation "${annotations.skipAwait}": "true"`;
    return { object: this.#newest, initErrors: [`${this.#words()}: it cannot be watched: ${error.message}; ${how}`] };
  }

  #finish(verdict: Readiness): Awaited {
    if (verdict.kind === 'failed') {
      const [first, ...rest] = verdict.causes;
      return { object: this.#newest, initErrors: [`${this.#words()}: ${first}`, ...rest] };
    }
    for (const warning of (verdict.kind === 'ready' && verdict.warnings) || [])
      this.#context.warn(`${this.#words()}: ${warning}`);
    return { object: this.#newest, initErrors: [] };
  }

  #words(): string {
    return `${this.#request.route.kind} ${formatObjectId(this.#request.where)}`;
  }
}

/** Versions of one object are numbers that grow; a cache may lag behind what a write has answered. */
function isOlder(a: KubeObject, b: KubeObject): boolean {
  const left = Number(textAt(a, 'metadata', 'resourceVersion'));
  const right = Number(textAt(b, 'metadata', 'resourceVersion'));
  return Number.isFinite(left) && Number.isFinite(right) && left < right;
}

function durationWords(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${Math.floor(seconds / 60)} minutes ${seconds % 60} seconds`;
}

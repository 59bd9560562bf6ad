import {
  type CallContext,
  type CheckRequest,
  type CheckResult,
  type Clock,
  type ConfigureRequest,
  type ConfigureResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type InDoubtVerdict,
  type InspectionNote,
  type InvokeRequest,
  type InvokeResult,
  isPropertyMap,
  OperationError,
  type PropertyMap,
  type Provider,
  type ProviderCapabilities,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
  type UpdateResult,
  type Urn,
} from '@radiant/model';
import { checkResource } from './check/check.ts';
import { ClusterSession, type EmbeddedCluster } from './cluster-session.ts';
import { diffResource, keepsName } from './diff/diff.ts';
import { asksToReplaceUnready, replacingUnready } from './diff/replace-unready.ts';
import { type InspectedResource, inspectResources } from './inspect/inspect.ts';
import { decodeYaml } from './invoke/yaml-decode.ts';
import type { JsonMap } from './json.ts';
import { builtinRoute } from './kinds/builtin-kinds.ts';
import { formatObjectId } from './kinds/object-id.ts';
import {
  groupKindOf,
  type KubeKind,
  metadataText,
  parseResourceType,
  type ResourceKind,
} from './kinds/resource-kind.ts';
import { createResource, firstFieldManager, lookUpCreation } from './lifecycle/create.ts';
import { deleteResource } from './lifecycle/delete.ts';
import { previewOutputs } from './lifecycle/preview.ts';
import { readResource } from './lifecycle/read.ts';
import { fieldManagerFor, updateResource } from './lifecycle/update.ts';
import type { ProgramKnowledge } from './program-knowledge.ts';
import { recordedUid } from './properties/recorded-state.ts';
import { checkProviderConfig, choosingInputs, diffProviderConfig } from './provider-config.ts';
import type { ProviderEnvironment } from './provider-environment.ts';
import { type Environment, optionText, readProviderOptions } from './provider-options.ts';
import { isRendered, renderCreate, renderDelete, renderUpdate } from './render/render.ts';
import { refuseChangedCluster } from './target/changed-cluster.ts';
import { type ClusterIdentity, recalledIdentity, rememberIdentity } from './target/identity.ts';
import { selectTarget } from './target/select-target.ts';
import type { Target } from './target/target.ts';

export interface KubernetesProviderOptions {
  readonly env: Environment;
  readonly homeDir: string;
  readonly embedded: EmbeddedCluster;
  readonly clock: Clock;
  /** A line for the user that belongs to no resource. */
  readonly announce?: (line: string) => void;
}

/** What all providers of one process share. */
export interface SharedKnowledge {
  readonly program: ProgramKnowledge;
  announcedDefault: boolean;
}

/** Serves the resource types of the package `kubernetes`. One instance works on one cluster. */
export class KubernetesProvider implements Provider {
  readonly capabilities: ProviderCapabilities = {
    acceptsSecrets: true,
    acceptsResources: false,
    supportsPreview: true,
    hasUniqueIds: true,
    supportsAutonaming: true,
  };
  readonly #ports: KubernetesProviderOptions;
  readonly #shared: SharedKnowledge;
  #environment: ProviderEnvironment;
  readonly #probes = new Map<string, ClusterSession>();

  constructor(ports: KubernetesProviderOptions, shared: SharedKnowledge) {
    this.#ports = ports;
    this.#shared = shared;
    const target: Target = {
      kind: 'unusable',
      source: 'provider',
      context: '',
      reason: 'its configuration is not known yet',
    };
    this.#environment = this.#environmentOf({}, new ClusterSession(target, this.#sessionPorts({})));
  }

  checkConfig(request: CheckRequest): Promise<CheckResult> {
    return Promise.resolve(checkProviderConfig(request, this.#ports.env));
  }

  diffConfig(request: DiffRequest): Promise<DiffResult> {
    return diffProviderConfig(request, {
      identify: (inputs) => this.#identify(inputs),
      clusterEntry: (inputs) => this.#clusterEntry(inputs),
    });
  }

  async configure(request: ConfigureRequest): Promise<ConfigureResult> {
    const options = readProviderOptions(request.inputs, this.#ports.env);
    if (options.renderYamlToDirectory !== '') {
      this.#environment = { ...this.#environment, options, defaultNamespace: options.namespace || 'default' };
      return { target: `YAML files in ${options.renderYamlToDirectory}` };
    }
    const session = await this.#sessionFor(request.inputs);
    this.#announceDefault(session.target);
    this.#environment = this.#environmentOf(request.inputs, session);
    const reach = await session.reach();
    const recalled = recalledIdentity(request.oldOutputs);
    if (reach.kind === 'unreachable') {
      const target = `${session.words()}, which is unreachable`;
      if (recalled === undefined) return { target };
      if (!isRechosen(request))
        session.verifyLater((identity) => refuseChangedCluster(request, recalled, identity, session.words()));
      return { target, remember: rememberIdentity(recalled) };
    }
    if (recalled !== undefined && !isRechosen(request))
      refuseChangedCluster(request, recalled, reach.identity, session.words());
    return { target: session.words(), remember: rememberIdentity(reach.identity) };
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const kind = servedKind(request.type, request.newInputs, request.urn);
    const { options, session, defaultNamespace } = this.#environment;
    if (options.skipUpdateUnreachable && options.renderYamlToDirectory === '' && request.oldInputs !== undefined) {
      const reach = await session.reach();
      if (reach.kind === 'unreachable') {
        const warning = `${session.words()} is unreachable: the resource is left as it is, as skipUpdateUnreachable says`;
        return { inputs: request.oldInputs, failures: [], warnings: [warning] };
      }
    }
    const renders = options.renderYamlToDirectory !== '';
    const isNamespaced = (asked: ResourceKind) => this.#isNamespaced(asked);
    const result = await checkResource(request, kind, { isNamespaced, defaultNamespace, renders });
    if (result.failures.length === 0) this.#shared.program.noteChecked(kind, result.inputs);
    return result;
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    const kind = servedKind(request.type, request.newInputs, request.urn);
    const { options } = this.#environment;
    this.#shared.program.noteRecorded(recordedUid(request.oldOutputs), request.urn);
    const isNamespaced = await this.#isNamespaced(kind);
    const found = diffResource(request, kind, {
      mutableConfigMaps: options.enableConfigMapMutable,
      mutableSecrets: options.enableSecretMutable,
      alwaysUpdates: options.alwaysRender,
      isNamespaced,
    });
    if (!asksToReplaceUnready(request, kind) || options.renderYamlToDirectory !== '') return found;
    const reach = await this.#environment.session.reach();
    if (reach.kind === 'unreachable') return found;
    const deleteFirst = keepsName(request.oldInputs, request.newInputs, isNamespaced);
    return replacingUnready(found, request, kind, deleteFirst, reach.cluster);
  }

  async mustDeleteFirst(request: DiffRequest): Promise<boolean> {
    const kind = servedKind(request.type, request.newInputs, request.urn);
    this.#shared.program.noteRecorded(recordedUid(request.oldOutputs), request.urn);
    return kind.role === 'object' && keepsName(request.oldInputs, request.newInputs, await this.#isNamespaced(kind));
  }

  async create(request: CreateRequest, context: CallContext): Promise<CreateResult> {
    const kind = servedKind(request.type, request.inputs, request.urn);
    const { renderYamlToDirectory } = this.#environment.options;
    if (renderYamlToDirectory !== '') return renderCreate(request, kind, renderYamlToDirectory, context);
    if (!request.isPreview) return createResource(request, kind, this.#environment, context);
    const fieldManager = firstFieldManager(request);
    const asked = {
      urn: request.urn,
      inputs: request.inputs,
      fieldManager,
      ignoreChanges: [],
      intent: 'create',
    } as const;
    const outputs = await previewOutputs(asked, kind, this.#environment, context);
    return { id: plannedId(outputs), outputs };
  }

  async update(request: UpdateRequest, context: CallContext): Promise<UpdateResult> {
    const kind = servedKind(request.type, request.newInputs, request.urn);
    const { renderYamlToDirectory } = this.#environment.options;
    if (renderYamlToDirectory !== '') return renderUpdate(request, kind, renderYamlToDirectory, context);
    if (!request.isPreview) return updateResource(request, kind, this.#environment, context);
    const fieldManager = fieldManagerFor(request, request.newInputs);
    const { urn, newInputs: inputs, ignoreChanges } = request;
    const asked = { urn, inputs, fieldManager, ignoreChanges, intent: 'update' } as const;
    return { outputs: await previewOutputs(asked, kind, this.#environment, context) };
  }

  async read(request: ReadRequest, context: CallContext): Promise<ReadResult> {
    const kind = servedKind(request.type, request.inputs ?? {}, request.urn);
    const { renderYamlToDirectory } = this.#environment.options;
    if (renderYamlToDirectory === '') return readResource(request, kind, this.#environment, context);
    const isThere = request.outputs !== undefined || isRendered(request.id, kind, renderYamlToDirectory);
    return isThere ? { id: request.id, inputs: request.inputs ?? {}, outputs: request.outputs ?? {} } : undefined;
  }

  async delete(request: DeleteRequest, context: CallContext): Promise<void> {
    const kind = servedKind(request.type, request.inputs, request.urn);
    const { renderYamlToDirectory } = this.#environment.options;
    if (renderYamlToDirectory !== '') return renderDelete(request, kind, renderYamlToDirectory);
    return deleteResource(request, kind, this.#environment, context);
  }

  invoke(request: InvokeRequest): Promise<InvokeResult> {
    if (request.token === 'kubernetes:yaml:decode')
      return decodeYaml(request, (kind) => this.#shared.program.definesAsNamespaced(groupKindOf(kind)) ?? true);
    throw new OperationError({
      code: 'KUBERNETES_FUNCTION',
      summary: `the function ${request.token} of the Kubernetes provider is not served yet`,
      remedy: 'render with helm or kustomize beforehand, and give the program the YAML',
    });
  }

  async lookUpInDoubt(request: CreateRequest, context: CallContext): Promise<InDoubtVerdict> {
    const kind = servedKind(request.type, request.inputs, request.urn);
    const { renderYamlToDirectory } = this.#environment.options;
    if (renderYamlToDirectory === '') return lookUpCreation(request, kind, this.#environment, context);
    return { kind: 'absent' };
  }

  async inspect(resources: readonly InspectedResource[], context: CallContext): Promise<readonly InspectionNote[]> {
    if (this.#environment.options.renderYamlToDirectory !== '') return [];
    return inspectResources(resources, this.#environment, context);
  }

  async close(): Promise<void> {
    await Promise.all([this.#environment.session, ...this.#probes.values()].map((session) => session.close()));
  }

  #environmentOf(inputs: PropertyMap, session: ClusterSession): ProviderEnvironment {
    const { env, clock } = this.#ports;
    const options = readProviderOptions(inputs, env);
    return {
      session,
      options,
      clock,
      program: this.#shared.program,
      defaultNamespace: options.namespace || session.contextNamespace() || 'default',
      waitsForAll: env.PULUMI_K8S_AWAIT_ALL === 'true',
    };
  }

  #sessionPorts(inputs: PropertyMap) {
    const { env, clock, embedded } = this.#ports;
    return { env, clock, embedded, answerTimeoutSeconds: readProviderOptions(inputs, env).answerTimeoutSeconds };
  }

  /** One session per choice, so that what diffConfig has learned configure need not ask again. */
  async #sessionFor(inputs: PropertyMap): Promise<ClusterSession> {
    const key = choosingInputs.map((name) => optionText(inputs[name])).join('\n');
    const known = this.#probes.get(key);
    if (known !== undefined) return known;
    const session = new ClusterSession(await this.#target(inputs), this.#sessionPorts(inputs));
    this.#probes.set(key, session);
    return session;
  }

  #target(inputs: PropertyMap): Promise<Target> {
    const { env, homeDir } = this.#ports;
    const [kubeconfig = '', context = '', cluster = ''] = choosingInputs.map((name) => optionText(inputs[name]));
    return selectTarget({ kubeconfig, context, cluster, env, homeDir });
  }

  async #identify(inputs: PropertyMap): Promise<ClusterIdentity | undefined> {
    const reach = await (await this.#sessionFor(inputs)).reach();
    return reach.kind === 'reachable' ? reach.identity : undefined;
  }

  async #clusterEntry(inputs: PropertyMap): Promise<JsonMap | undefined> {
    const target = await this.#target(inputs);
    return target.kind === 'cluster' ? target.cluster : undefined;
  }

  #announceDefault(target: Target): void {
    if (target.kind !== 'embedded' || target.because === undefined || this.#shared.announcedDefault) return;
    this.#shared.announcedDefault = true;
    this.#ports.announce?.(
      `Using the embedded cluster, because ${target.because}. To choose another: radiant config set kubernetes:context NAME`,
    );
  }

  /** Undefined: neither the table, nor the program, nor the cluster knows the kind. */
  async #isNamespaced(kind: KubeKind): Promise<boolean | undefined> {
    const known = builtinRoute(kind)?.isNamespaced ?? this.#shared.program.definesAsNamespaced(groupKindOf(kind));
    if (known !== undefined || this.#environment.options.renderYamlToDirectory !== '') return known;
    const reach = await this.#environment.session.reach();
    if (reach.kind === 'unreachable') return undefined;
    return (await reach.cluster.discovery.find(kind).catch(() => undefined))?.isNamespaced;
  }
}

/** Whether the inputs themselves chose another cluster than before: then a change of cluster is what was asked for. */
function isRechosen(request: ConfigureRequest): boolean {
  const { inputs, oldInputs } = request;
  if (oldInputs === undefined) return false;
  // Who says themselves which cluster it is, is believed.
  if (optionText(inputs.clusterIdentifier) !== '') return true;
  return choosingInputs.some((name) => optionText(inputs[name]) !== optionText(oldInputs[name]));
}

function servedKind(type: string, inputs: PropertyMap, urn: Urn): ResourceKind {
  const kind = parseResourceType(type, inputs);
  if (kind !== undefined) return kind;
  throw new OperationError({
    code: 'KUBERNETES_TYPE',
    urn,
    summary: `the resource type ${type} is not served yet`,
    remedy: 'types of API objects are: kubernetes:<group>/<version>:<Kind>, as in kubernetes:apps/v1:Deployment',
  });
}

/** The id that the object will have; empty while a part of its name is not known. */
function plannedId(outputs: PropertyMap): string {
  const name = metadataText(outputs, 'name');
  if (name === undefined || !isPropertyMap(outputs.metadata)) return '';
  const { namespace } = outputs.metadata;
  if (namespace !== undefined && typeof namespace !== 'string') return '';
  return formatObjectId({ namespace: namespace === '' ? undefined : namespace, name });
}

import { ApiError } from '../api-error.ts';
import type { ServedResource } from '../registry/kind-table.ts';
import { readObject } from '../registry/read-body.ts';
import { jsonResponse, type KubeRequest, type KubeResponse } from './http-messages.ts';
import { parseBody } from './request-body.ts';
import { methodNotAllowed } from './status.ts';

/** The one user: whoever has the cluster's token. */
export const userInfo = { username: 'embedded-admin', groups: ['system:masters', 'system:authenticated'] };

const answers: Record<string, (spec: Record<string, unknown>) => Record<string, unknown>> = {
  SelfSubjectAccessReview: () => ({
    allowed: true,
    reason: 'the embedded cluster has one user, who may do everything',
  }),
  SubjectAccessReview: () => ({ allowed: true, reason: 'the embedded cluster does not check permissions' }),
  LocalSubjectAccessReview: () => ({ allowed: true, reason: 'the embedded cluster does not check permissions' }),
  SelfSubjectRulesReview: () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }),
  SelfSubjectReview: () => ({ userInfo }),
  TokenReview: () => ({ authenticated: false, error: 'the embedded cluster issues no tokens that it could review' }),
};

/** Requests that are asked and answered, and never stored. */
export function isReview({ kind }: ServedResource): boolean {
  return answers[kind.kind] !== undefined && /^auth(entication|orization)\.k8s\.io$/.test(kind.group);
}

export async function answerReview(
  resource: ServedResource,
  namespace: string | undefined,
  request: KubeRequest,
): Promise<KubeResponse> {
  if (request.method !== 'POST') throw methodNotAllowed();
  if (resource.kind.isNamespaced && namespace === undefined) throw methodNotAllowed();
  const { value } = await parseBody(request);
  const review = readObject(resource, value, 'Ignore', []);
  const spec = (review.spec ?? {}) as Record<string, unknown>;
  const needsSpec = !['SelfSubjectReview'].includes(resource.kind.kind);
  if (needsSpec && Object.keys(spec).length === 0) {
    throw new ApiError(
      422,
      'Invalid',
      `${resource.kind.kind}.${resource.kind.group} "" is invalid: spec: Required value`,
    );
  }
  return jsonResponse(201, { ...review, status: answers[resource.kind.kind]!(spec) });
}

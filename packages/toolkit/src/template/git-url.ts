import { exitCodes, OperationError } from '@radiant/model';

/** A place in a git repository, as its URL says it. */
export interface GitPlace {
  /** What git clones: the URL, with what it says of user and password. */
  readonly repository: string;
  /** That of the repository. */
  readonly name: string;
  /** Segments of what follows the repository's name. */
  readonly path: readonly string[];
  /** Whether `path` begins with a branch, tag or commit. */
  readonly namesReference: boolean;
  /** The URL as it may be shown: without its password. */
  readonly shown: string;
}

const schemes: ReadonlySet<string> = new Set(['https:', 'ssh:', 'file:']);

/** `https://…`, or `user@host:path` as ssh has it. */
export function isGitUrl(place: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place) || scpForm.test(place);
}

const scpForm = /^([\w.-]+)@([\w.-]+):(?!\/\/)(.+)$/;

/**
 * Takes a URL apart as Pulumi does: `https://HOST/OWNER/REPOSITORY[/tree/REFERENCE][/PATH]`; a repository that is nested
 * deeper ends with `.git`. Throws GIT_URL_INVALID.
 */
export function parseGitUrl(text: string): GitPlace {
  const url = toUrl(text);
  if (url === undefined || !schemes.has(url.protocol))
    throw invalidUrl(withoutPassword(text), 'templates come by https, ssh, or from a file URL');
  const shown = withoutPassword(url.href);
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  const count = repositoryLength(url, segments);
  const repositoryPath = segments.slice(0, count).join('/');
  const needsSuffix = isWellKnown(url) && !repositoryPath.endsWith('.git');
  const login = url.username === '' ? '' : `${url.username}${url.password === '' ? '' : `:${url.password}`}@`;
  const rest = segments.slice(count).flatMap((segment) => decoded(segment).split('/'));
  if (rest.includes('.') || rest.includes('..')) throw invalidUrl(shown, 'its path leads back');
  const marker = rest[0] === 'tree' ? 1 : rest[0] === '-' && rest[1] === 'tree' ? 2 : 0;
  if (marker > 0 && rest.length === marker) throw invalidUrl(shown, 'no branch follows `tree`');
  return {
    repository: `${url.protocol}//${login}${url.host}/${repositoryPath}${needsSuffix ? '.git' : ''}`,
    name: decoded(segments[count - 1] ?? '').replace(/\.git$/, ''),
    path: rest.slice(marker),
    namesReference: marker > 0,
    shown,
  };
}

function toUrl(text: string): URL | undefined {
  const [, user, host, path] = scpForm.exec(text) ?? [];
  return URL.parse(path === undefined ? text : `ssh://${user}@${host}/${path}`) ?? undefined;
}

/** How many segments name the repository. */
function repositoryLength({ protocol, hostname, href }: URL, segments: readonly string[]): number {
  const suffixed = segments.findLastIndex((segment) => segment.endsWith('.git'));
  if (suffixed >= 0) return suffixed + 1;
  // Azure has no form for a path within the repository, and neither has a folder of this machine.
  if (protocol === 'file:' || hostname === 'dev.azure.com') return segments.length;
  if (segments.length < 2)
    throw invalidUrl(withoutPassword(href), 'it names no repository: https://HOST/OWNER/REPOSITORY');
  return 2;
}

/** Hosts that know a repository by either name redirect; the others know it by this one. */
function isWellKnown({ protocol, hostname }: URL): boolean {
  return protocol !== 'file:' && hostname !== 'dev.azure.com';
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Masks what URLs in a text say of who comes: over https the user alone may be a token. What git says may hold it, too. */
export function withoutPassword(text: string): string {
  return text.replaceAll(/(https?:\/\/)[^/\s]*@/gi, '$1***@').replaceAll(/(:\/\/[^/@\s:]*):[^/\s]*@/g, '$1:***@');
}

function invalidUrl(shown: string, why: string): OperationError {
  return new OperationError({
    code: 'GIT_URL_INVALID',
    summary: `${shown} leads to no template: ${why}`,
    remedy: 'For example:\n    radiant new https://github.com/pulumi/templates/kubernetes-typescript',
    exitCode: exitCodes.configuration,
  });
}

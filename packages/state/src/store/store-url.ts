const secretParameters = new Set([
  'password',
  'sslpassword',
  'secret',
  'access_key',
  'secret_key',
  'session_token',
  'token',
]);

/** A store's URL as it may be shown: without passwords, and without anything else that opens a store. */
export function displayStoreUrl(url: string): string {
  const [, scheme, rest] = /^([a-z0-9+.-]+):\/\/(.*)$/is.exec(url) ?? [];
  if (scheme === undefined || rest === undefined || scheme.toLowerCase() === 'file') return url;
  const [address, query] = splitAtQuery(rest);
  const parameters = query?.split('&').filter((parameter) => !secretParameters.has(nameOf(parameter)));
  const shown = parameters === undefined || parameters.length === 0 ? '' : `?${parameters.map(withoutUser).join('&')}`;
  return `${scheme}://${withoutPassword(address)}${shown}`;
}

/** A question mark before the last @ of an address without one belongs to the password. */
function splitAtQuery(rest: string): readonly [string, string | undefined] {
  const [address, query] = splitOnce(rest, '?');
  const isPassword = /^[^/@]+:[^@]*$/.test(address) && query?.includes('@') === true && !/^[^@]*=/.test(query);
  if (!isPassword) return [address, query];
  const at = rest.lastIndexOf('@');
  const [host, real] = splitOnce(rest.slice(at), '?');
  return [rest.slice(0, at) + host, real];
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function nameOf(parameter: string): string {
  return splitOnce(parameter, '=')[0].toLowerCase();
}

/** A password may hold any character, a slash too: the last @ ends it. */
function withoutPassword(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return address;
  const user = splitOnce(address.slice(0, at), ':')[0];
  return user === '' ? address.slice(at + 1) : `${user}@${address.slice(at + 1)}`;
}

/** The address of an endpoint may name a user as well. */
function withoutUser(parameter: string): string {
  return parameter.replace(/(%3A%2F%2F|:\/\/)[^/]*(@|%40)/i, '$1');
}

/** Syntax of names, labels and the like, with the API server's messages (apimachinery, pkg/util/validation). */

const labelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainFormat = `${labelFormat}(\\.${labelFormat})*`;
const rfc1035Format = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualifiedFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValueFormat = `(${qualifiedFormat})?`;
const configKeyFormat = '[-._a-zA-Z0-9]+';
const wildcardFormat = `\\*\\.${subdomainFormat}`;

const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const rfc1035Message =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const qualifiedMessage =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const labelValueMessage =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const configKeyMessage = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
const wildcardMessage =
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";

/** Says what is wrong with a value; empty when nothing is. */
export type NameCheck = (value: string) => string[];

export const rfc1123Label = patternCheck(labelFormat, 63, labelMessage, ['my-name', '123-abc']);
export const rfc1123Subdomain = patternCheck(subdomainFormat, 253, subdomainMessage, ['example.com']);
export const rfc1035Label = patternCheck(rfc1035Format, 63, rfc1035Message, ['my-name', 'abc-123']);
export const wildcardSubdomain = patternCheck(wildcardFormat, 253, wildcardMessage, ['*.example.com']);
export const labelValue = patternCheck(labelValueFormat, 63, labelValueMessage, ['MyValue', 'my_value', '12345']);

export function configKey(value: string): string[] {
  const messages = patternCheck(configKeyFormat, 253, configKeyMessage, ['key.name', 'KEY_NAME', 'key-name'])(value);
  if (value === '.') messages.push("must not be '.'");
  else if (value === '..') messages.push("must not be '..'");
  else if (value.startsWith('..')) messages.push("must not start with '..'");
  return messages;
}

/** Label and annotation keys, finalizers, resource names: an optional subdomain and `/` before a name. */
export function qualifiedName(value: string): string[] {
  const parts = value.split('/');
  const nameRule = regexMessage(qualifiedMessage, qualifiedFormat, ['MyName', 'my.name', '123-abc']);
  if (parts.length > 2) {
    return [`a qualified name ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const messages: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0]!;
    const faults = prefix === '' ? ['must be non-empty'] : rfc1123Subdomain(prefix);
    messages.push(...faults.map((fault) => `prefix part ${fault}`));
  }
  const name = parts.at(-1)!;
  if (name === '') messages.push('name part must be non-empty');
  else if (name.length > 63) messages.push('name part must be no more than 63 characters');
  if (!whole(qualifiedFormat).test(name)) messages.push(`name part ${nameRule}`);
  return messages;
}

/** Names that only have to fit in a URL (RBAC). */
export function pathSegment(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
}

export function portName(value: string): string[] {
  const messages: string[] = [];
  if (value.length > 15) messages.push(tooManyCharacters(15));
  if (!/^[-a-z0-9]+$/.test(value))
    messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) messages.push('must contain at least one letter (a-z)');
  if (value.includes('--')) messages.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) messages.push('must not begin or end with a hyphen');
  return messages;
}

export function portNumber(value: number): string[] {
  return value >= 1 && value <= 65_535 ? [] : [between(1, 65_535)];
}

/** Since 1.34 names of environment variables may be any printable ASCII but `=`. */
export function environmentName(value: string): string[] {
  if (value === '') return ['must be non-empty'];
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function headerName(value: string): string[] {
  const message = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return /^[-A-Za-z0-9]+$/.test(value) ? [] : [regexMessage(message, '[-A-Za-z0-9]+', ['X-Header-Name'])];
}

export function between(min: number, max: number): string {
  return `must be between ${min} and ${max}, inclusive`;
}

export function tooManyCharacters(max: number): string {
  return `must be no more than ${max} characters`;
}

export function regexMessage(message: string, format: string, examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`;
  const list = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${list}regex used for validation is '${format}')`;
}

function patternCheck(format: string, maxLength: number, message: string, examples: readonly string[]): NameCheck {
  const pattern = whole(format);
  return (value) => {
    const messages: string[] = [];
    if (value.length > maxLength) messages.push(tooManyCharacters(maxLength));
    if (!pattern.test(value)) messages.push(regexMessage(message, format, examples));
    return messages;
  };
}

function whole(format: string): RegExp {
  return new RegExp(`^(?:${format})$`);
}

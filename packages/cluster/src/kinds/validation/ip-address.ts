import { isIP, isIPv4 } from 'node:net';
import type { FieldError } from '../../registry/kube-kind.ts';
import { invalidValue } from './field-error.ts';

export function validateIp(field: string, value: string): FieldError[] {
  return isIP(value) === 0
    ? [invalidValue(field, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
    : [];
}

/** An address that traffic can be sent to: not unspecified, loopback or link-local. */
export function validateEndpointIp(field: string, value: string): FieldError[] {
  if (isIP(value) === 0) return [invalidValue(field, value, 'must be a valid IP address')];
  const low = value.toLowerCase();
  const rules: [boolean, string][] = [
    [low === '0.0.0.0' || low === '::', `may not be unspecified (${value})`],
    [low.startsWith('127.') || low === '::1', 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    [
      low.startsWith('169.254.') || /^fe[89ab]/.test(low),
      'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ],
    [
      low.startsWith('224.0.0.') || low.startsWith('ff02:'),
      'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
    ],
  ];
  return rules.filter(([applies]) => applies).map(([, message]) => invalidValue(field, value, message));
}

export function validateCidr(field: string, value: string): FieldError[] {
  const [address = '', prefix = '', ...rest] = value.split('/');
  const maxPrefix = isIPv4(address) ? 32 : 128;
  const isCidr = rest.length === 0 && isIP(address) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= maxPrefix;
  return isCidr ? [] : [invalidValue(field, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

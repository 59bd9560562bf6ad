/** A time where the person is, as Pulumi writes it (RFC 5424): `2026-11-28T22:00:00.000+01:00`. */
export function timestamp(time: Date): string {
  const offset = -time.getTimezoneOffset();
  if (offset === 0) return time.toISOString();
  const local = new Date(time.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
}

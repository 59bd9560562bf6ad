/** Whole seconds, rounded up, as `Duration:` has them: `3s`, `2m5s`, `1h0m3s`. */
export function durationText(durationMs: number): string {
  const total = Math.ceil(durationMs / 1000);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = total % 60;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

/** While something runs whole seconds are enough; how long it took is worth three figures: `(3s)`, `(0.13s)`, `(12.4s)`. */
export function elapsedText(durationMs: number, isOver: boolean): string {
  const seconds = Math.max(0, durationMs) / 1000;
  if (!isOver) return `(${Math.floor(seconds)}s)`;
  const decimals = seconds < 9.995 ? 2 : seconds < 99.95 ? 1 : 0;
  return `(${seconds.toFixed(decimals)}s)`;
}

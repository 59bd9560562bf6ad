/** What a pyproject.toml calls its package: `name` under `[project]`. */
export function distributionName(text: string): string | undefined {
  const project = /^\[project\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(text)?.[1] ?? '';
  return /^\s*name\s*=\s*["']([^"']+)["']/m.exec(project)?.[1];
}

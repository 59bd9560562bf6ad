/** What a pyproject.toml calls its package: `name` under `[project]`. */
export function distributionName(text: string): string | undefined {
  const project = /^\[project\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(text)?.[1] ?? '';
  return /^\s*name\s*=\s*["']([^"']+)["']/m.exec(project)?.[1];
}

/** Whether it says how a package is built, or what it is; many only configure tools. */
export function isPackage(text: string): boolean {
  return /^\[(project|build-system)\]\s*$/m.test(text);
}

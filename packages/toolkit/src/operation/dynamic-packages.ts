/** The packages whose providers run what the program itself carries in its resources. */
const dynamicPackages = ['pulumi-nodejs', 'pulumi-python'] as const;

export type DynamicPackage = (typeof dynamicPackages)[number];

export function isDynamicPackage(name: string): name is DynamicPackage {
  return (dynamicPackages as readonly string[]).includes(name);
}

import { commonJs } from './loading.ts';
import type { Transpiler } from './transpiler.ts';

/**
 * Compiles what is required outside `node_modules`, the way ts-node does it: around the loader that is there.
 * `outputs` receives the code of every file that is compiled.
 */
export function compileOnRequire(
  transpiler: Transpiler,
  extensions: readonly string[],
  outputs: Map<string, string>,
): void {
  const plainHandler = commonJs._extensions['.js']!;
  for (const extension of extensions) {
    const handler = commonJs._extensions[extension] ?? plainHandler;
    commonJs._extensions[extension] = function loadTranspiled(module, fileName) {
      if (fileName.replaceAll('\\', '/').includes('/node_modules/')) return handler(module, fileName);
      const compile = module._compile;
      module._compile = function compileTranspiled(code, name) {
        const output = transpiler.transpile(code, name);
        outputs.set(name, output);
        return compile.call(this, output, name);
      };
      return handler(module, fileName);
    };
  }
}

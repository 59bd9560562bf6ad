import { fileURLToPath } from 'node:url';

/** What runs a program inside its own Python. From sources it lies here; the build puts it beside the bundled CLI. */
export const execFile = fileURLToPath(new URL('./program_exec.py', import.meta.url));

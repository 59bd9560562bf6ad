export { encodePrinted, encodeResource } from '@radiant/state';
export * from './api.ts';
export { type EventStream, openEventStream } from './event-stream.ts';
export { generateTypeScript } from './import/generate-typescript.ts';
export { parseImportFile } from './import/import-file.ts';
export { checkNewStack } from './template/check-new-stack.ts';
export { projectDescriptionProblem, projectNameFor, projectNameProblem } from './template/project-name.ts';
export { engineVersion, pulumiVersion } from './version.ts';
export { openWorkspace } from './workspace.ts';

/* What the library offers, by subject. */

export * from './cluster-api.ts';
export * from './config/config-api.ts';
export * from './import/import-api.ts';
export * from './install-api.ts';
export * from './operation/operation-api.ts';
export * from './plugin-api.ts';
export * from './project/project-api.ts';
export * from './stack-api.ts';
export * from './state/logs-api.ts';
export * from './state/state-api.ts';
export * from './template/template-api.ts';
export * from './workspace-api.ts';

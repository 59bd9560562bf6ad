import {
  bool,
  double,
  embedded,
  int32,
  message,
  messageMap,
  optionalString,
  repeated,
  string,
  stringMap,
  strings,
  struct,
} from '../wire/message.ts';
import { UrnList } from './common-messages.ts';

// Messages of `pulumirpc.Analyzer` (analyzer.proto). Property maps stay bytes.

export const AnalyzerHandshakeRequest = message({
  engineAddress: string(1),
  rootDirectory: optionalString(2),
  programDirectory: optionalString(3),
});

export const AnalyzerStackConfigureRequest = message({
  stack: string(1),
  project: string(2),
  organization: string(3),
  dryRun: bool(4),
  configSecretKeys: strings(6),
  config: stringMap(7),
  tags: stringMap(8),
});

/** By number. */
export const enforcementLevels = ['ADVISORY', 'MANDATORY', 'DISABLED', 'REMEDIATE'] as const;
const severities = [
  'POLICY_SEVERITY_UNSPECIFIED',
  'POLICY_SEVERITY_LOW',
  'POLICY_SEVERITY_MEDIUM',
  'POLICY_SEVERITY_HIGH',
  'POLICY_SEVERITY_CRITICAL',
] as const;
const policyTypes = ['POLICY_TYPE_UNKNOWN', 'POLICY_TYPE_RESOURCE', 'POLICY_TYPE_STACK'] as const;

const PolicyConfigSchema = message({ properties: struct(1), required: strings(2) });

export const PolicyConfig = message({ enforcementLevel: int32(1, enforcementLevels), properties: struct(2) });

const PolicyInfo = message({
  name: string(1),
  displayName: string(2),
  description: string(3),
  message: string(4),
  enforcementLevel: int32(5, enforcementLevels),
  configSchema: embedded(6, PolicyConfigSchema),
  policyType: int32(7, policyTypes),
  severity: int32(8, severities),
});

export const AnalyzerInfo = message({
  name: string(1),
  displayName: string(2),
  policies: repeated(3, PolicyInfo),
  version: string(4),
  supportsConfig: bool(5),
  initialConfig: messageMap(6, PolicyConfig),
});

export const ConfigureAnalyzerRequest = message({ policyConfig: messageMap(1, PolicyConfig) });

const AnalyzerCustomTimeouts = message({ create: double(1), update: double(2), delete: double(3), read: double(4) });

const AnalyzerResourceOptions = message({
  protect: bool(1),
  ignoreChanges: strings(2),
  deleteBeforeReplace: bool(3),
  deleteBeforeReplaceDefined: bool(4),
  additionalSecretOutputs: strings(5),
  aliases: strings(6),
  customTimeouts: embedded(7, AnalyzerCustomTimeouts),
  parent: string(8),
});

const AnalyzerProviderResource = message({ type: string(1), properties: struct(2), urn: string(3), name: string(4) });

export const AnalyzeRequest = message({
  type: string(1),
  properties: struct(2),
  urn: string(3),
  name: string(4),
  options: embedded(5, AnalyzerResourceOptions),
  provider: embedded(6, AnalyzerProviderResource),
});

const AnalyzerResource = message({
  type: string(1),
  properties: struct(2),
  urn: string(3),
  name: string(4),
  options: embedded(5, AnalyzerResourceOptions),
  provider: embedded(6, AnalyzerProviderResource),
  parent: string(7),
  dependencies: strings(8),
  propertyDependencies: messageMap(9, UrnList),
});

export const AnalyzeStackRequest = message({ resources: repeated(1, AnalyzerResource) });

const AnalyzeDiagnostic = message({
  policyName: string(1),
  policyPackName: string(2),
  policyPackVersion: string(3),
  description: string(4),
  message: string(5),
  enforcementLevel: int32(7, enforcementLevels),
  urn: string(8),
  severity: int32(9, severities),
});

const PolicyNotApplicable = message({ policyName: string(1), reason: string(2) });

export const AnalyzeResponse = message({
  diagnostics: repeated(2, AnalyzeDiagnostic),
  notApplicable: repeated(3, PolicyNotApplicable),
});

const Remediation = message({
  policyName: string(1),
  policyPackName: string(2),
  policyPackVersion: string(3),
  description: string(4),
  properties: struct(5),
  diagnostic: string(6),
});

export const RemediateResponse = message({
  remediations: repeated(1, Remediation),
  notApplicable: repeated(2, PolicyNotApplicable),
});

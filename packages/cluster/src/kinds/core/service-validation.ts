import { isIP } from 'node:net';
import type { KubeObject } from '../../kube-object.ts';
import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, isZero, itemsOf, recordOf, stringsOf, textOf } from '../fields.ts';
import { validatePortOrName } from '../pod/probe-validation.ts';
import {
  duplicate,
  forbidden,
  invalidForEach,
  invalidValue,
  notSupported,
  required,
} from '../validation/field-error.ts';
import { validateCidr, validateEndpointIp, validateIp } from '../validation/ip-address.ts';
import { validateLabels } from '../validation/labels.ts';
import { portNumber, qualifiedName, rfc1123Label, rfc1123Subdomain } from '../validation/names.ts';

type Part = Record<string, unknown>;

/** Kubernetes, pkg/apis/core/validation, ValidateService and ValidateServiceUpdate. */
export function validateService(service: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = recordOf(service.spec);
  return [
    ...(old === undefined ? [] : validateFixed(spec, recordOf(old.spec))),
    ...validateType(spec),
    ...validatePorts(spec),
    ...validateLabels('spec.selector', spec.selector),
    ...validateAffinity(spec),
    ...validateClusterIps(spec),
    ...validateTraffic(spec),
    ...validateLoadBalancer(spec),
  ];
}

export function isHeadless(spec: Part): boolean {
  const addresses = stringsOf(spec.clusterIPs);
  return addresses.length === 1 && addresses[0] === 'None';
}

/** Whether a Service can be reached from outside the cluster. */
export function isExternal(spec: Part): boolean {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') return true;
  return spec.type === 'ClusterIP' && stringsOf(spec.externalIPs).length > 0;
}

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function validateType(spec: Part): FieldError[] {
  const errors: FieldError[] = [];
  const { type } = spec;
  if (!types.includes(textOf(type))) errors.push(notSupported('spec.type', type, types));
  if (itemsOf(spec.ports).length === 0 && !isHeadless(spec) && type !== 'ExternalName')
    errors.push(required('spec.ports'));
  if (isHeadless(spec) && (type === 'LoadBalancer' || type === 'NodePort')) {
    errors.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  }
  if (type !== 'ExternalName') return errors;
  for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
    const isSet = Array.isArray(spec[field]) ? stringsOf(spec[field]).length > 0 : !isZero(spec[field]);
    if (isSet) errors.push(forbidden(`spec.${field}`, 'may not be set for ExternalName services'));
  }
  const name = textOf(spec.externalName).replace(/\.$/, '');
  if (name === '') errors.push(required('spec.externalName'));
  else errors.push(...invalidForEach('spec.externalName', name, rfc1123Subdomain(name)));
  return errors;
}

const protocols = ['SCTP', 'TCP', 'UDP'];

function validatePorts(spec: Part): FieldError[] {
  const ports = itemsOf(spec.ports);
  const names = new Set<string>();
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  return ports.flatMap((port, at) => {
    const field = `spec.ports[${at}]`;
    const errors: FieldError[] = [];
    const name = textOf(port.name);
    if (name === '' && ports.length > 1) errors.push(required(`${field}.name`));
    if (name !== '') errors.push(...invalidForEach(`${field}.name`, name, rfc1123Label(name)));
    if (name !== '' && names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
    errors.push(...invalidForEach(`${field}.port`, port.port ?? 0, portNumber(Number(port.port ?? 0))));
    const protocol = textOf(port.protocol);
    if (!protocols.includes(protocol)) errors.push(notSupported(`${field}.protocol`, port.protocol, protocols));
    errors.push(...validatePortOrName(`${field}.targetPort`, port.targetPort));
    const appProtocol = textOf(port.appProtocol);
    if (appProtocol !== '')
      errors.push(...invalidForEach(`${field}.appProtocol`, appProtocol, qualifiedName(appProtocol)));
    if (!isZero(port.nodePort)) {
      if (spec.type === 'ClusterIP') {
        errors.push(forbidden(`${field}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
      }
      const nodeKey = `${protocol}/${port.nodePort}`;
      if (nodePorts.has(nodeKey)) errors.push(duplicate(`${field}.nodePort`, port.nodePort));
      nodePorts.add(nodeKey);
    }
    const key = `${protocol}/${port.port}`;
    if (numbers.has(key)) errors.push(duplicate(field, goServicePort(port)));
    numbers.add(key);
    return errors;
  });
}

/** A port as the API server's own struct prints, which is what its message shows. */
function goServicePort(port: Part): unknown {
  return { Name: '', Protocol: port.protocol, AppProtocol: null, Port: port.port, TargetPort: 0, NodePort: 0 };
}

function validateAffinity(spec: Part): FieldError[] {
  const { sessionAffinity } = spec;
  if (sessionAffinity !== 'None' && sessionAffinity !== 'ClientIP') {
    return [notSupported('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])];
  }
  const config = spec.sessionAffinityConfig;
  if (sessionAffinity === 'None') {
    const detail = 'must not be set when session affinity is None';
    return isRecord(config) ? [forbidden('spec.sessionAffinityConfig', detail)] : [];
  }
  const seconds = recordOf(recordOf(config).clientIP).timeoutSeconds;
  const field = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
  const isInRange = typeof seconds === 'number' && seconds > 0 && seconds <= 86_400;
  return isInRange ? [] : [invalidValue(field, seconds, 'must be greater than 0 and less than 86400')];
}

const ipPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

function validateClusterIps(spec: Part): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors: FieldError[] = [];
  const field = 'spec.clusterIPs';
  const addresses = stringsOf(spec.clusterIPs);
  const clusterIp = textOf(spec.clusterIP);
  if (clusterIp !== '' && addresses.length === 0) errors.push(required(field));
  if (clusterIp !== '' && addresses.length > 0 && addresses[0] !== clusterIp) {
    errors.push(invalidValue(field, addresses, 'first value must match `clusterIP`'));
  }
  if (clusterIp === '' && addresses.length > 0) {
    errors.push(invalidValue(field, addresses, 'must be empty when `clusterIP` is not specified'));
  }
  stringsOf(spec.ipFamilies).forEach((family, at) => {
    if (family !== 'IPv4' && family !== 'IPv6') {
      errors.push(notSupported(`spec.ipFamilies[${at}]`, family, ['IPv4', 'IPv6']));
    }
  });
  if (!isZero(spec.ipFamilyPolicy) && !ipPolicies.includes(textOf(spec.ipFamilyPolicy))) {
    errors.push(notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, ipPolicies));
  }
  addresses.forEach((address, at) => {
    if (at === 0 && address === 'None') {
      if (addresses.length > 1) errors.push(invalidValue(field, addresses, "'None' must be the first and only value"));
    } else errors.push(...validateIp(`${field}[${at}]`, address));
  });
  if (addresses.length > 2) errors.push(invalidValue(field, addresses, 'may only hold up to 2 values'));
  if (addresses.length === 2 && isIP(addresses[0]!) === isIP(addresses[1]!)) {
    errors.push(invalidValue(field, addresses, 'may specify no more than one IP for each IP family'));
  }
  return errors;
}

const externalPolicies = ['Cluster', 'Local'];
const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

function validateTraffic(spec: Part): FieldError[] {
  const errors: FieldError[] = [];
  stringsOf(spec.externalIPs).forEach((address, at) => {
    errors.push(...validateEndpointIp(`spec.externalIPs[${at}]`, address));
  });
  const external = spec.externalTrafficPolicy;
  if (!isExternal(spec) && !isZero(external)) {
    const detail = 'may only be set for externally-accessible services';
    errors.push(invalidValue('spec.externalTrafficPolicy', external, detail));
  }
  if (isExternal(spec) && !externalPolicies.includes(textOf(external))) {
    errors.push(notSupported('spec.externalTrafficPolicy', external, externalPolicies));
  }
  const needsHealthCheck = spec.type === 'LoadBalancer' && external === 'Local';
  if (!needsHealthCheck && !isZero(spec.healthCheckNodePort)) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalidValue('spec.healthCheckNodePort', spec.healthCheckNodePort, detail));
  }
  const internal = spec.internalTrafficPolicy;
  if (!isZero(internal) && !externalPolicies.includes(textOf(internal))) {
    errors.push(notSupported('spec.internalTrafficPolicy', internal, externalPolicies));
  }
  const distribution = spec.trafficDistribution;
  if (!isZero(distribution) && !distributions.includes(textOf(distribution))) {
    errors.push(notSupported('spec.trafficDistribution', distribution, distributions));
  }
  return errors;
}

function validateLoadBalancer(spec: Part): FieldError[] {
  const errors: FieldError[] = [];
  const isLoadBalancer = spec.type === 'LoadBalancer';
  const only = "may only be used when `type` is 'LoadBalancer'";
  const ranges = stringsOf(spec.loadBalancerSourceRanges);
  if (ranges.length > 0 && !isLoadBalancer) errors.push(forbidden('spec.LoadBalancerSourceRanges', only));
  ranges.forEach((range, at) => {
    errors.push(...validateCidr(`spec.LoadBalancerSourceRanges[${at}]`, range.trim()));
  });
  for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass']) {
    if (spec[field] !== undefined && spec[field] !== null && !isLoadBalancer)
      errors.push(forbidden(`spec.${field}`, only));
  }
  const loadBalancerClass = textOf(spec.loadBalancerClass);
  if (loadBalancerClass !== '' && isLoadBalancer) {
    errors.push(...invalidForEach('spec.loadBalancerClass', loadBalancerClass, qualifiedName(loadBalancerClass)));
  }
  return errors;
}

function validateFixed(spec: Part, old: Part): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  const errors: FieldError[] = [];
  const addresses = stringsOf(spec.clusterIPs);
  const before = stringsOf(old.clusterIPs);
  if (before.length > 0 && addresses.length === 0) {
    errors.push(invalidValue('spec.clusterIPs[0]', addresses, 'primary clusterIP can not be unset'));
  } else if (before.length > 0 && addresses[0] !== before[0]) {
    errors.push(invalidValue('spec.clusterIPs[0]', addresses, 'may not change once set'));
  }
  const families = stringsOf(spec.ipFamilies);
  const familiesBefore = stringsOf(old.ipFamilies);
  if (
    isHeadless(spec) === isHeadless(old) &&
    !isHeadless(spec) &&
    familiesBefore.length > 0 &&
    families[0] !== familiesBefore[0]
  ) {
    errors.push(invalidValue('spec.ipFamilies[0]', families, 'may not change once set'));
  }
  if (
    old.type === 'LoadBalancer' &&
    spec.type === 'LoadBalancer' &&
    textOf(spec.loadBalancerClass) !== textOf(old.loadBalancerClass)
  ) {
    errors.push(invalidValue('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'));
  }
  return errors;
}

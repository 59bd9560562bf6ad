import * as pulumi from '@pulumi/pulumi';
import { Microservice } from './microservice';

const config = new pulumi.Config();
const namespace = config.get('namespace') ?? 'production';

const dawn = new Microservice('dawn', {
  name: 'dawn',
  namespace,
  image: 'your-registry/dawn:v1.2.3',
  port: 8080,
  envVars: { LOG_LEVEL: 'INFO', DATABASE_URL: 'postgres://dawn.production.svc' },
});

const dusk = new Microservice('dusk', {
  name: 'dusk',
  namespace,
  image: 'your-registry/dusk:v1.2.3',
  port: 8080,
  replicas: 5,
  envVars: { LOG_LEVEL: 'INFO', DATABASE_URL: 'postgres://dusk.production.svc' },
  minReplicas: 3,
  maxReplicas: 20,
});

export const dawnService = dawn.service.metadata.name;
export const duskService = dusk.service.metadata.name;

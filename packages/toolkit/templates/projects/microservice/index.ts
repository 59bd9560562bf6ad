import * as pulumi from '@pulumi/pulumi';
import { Microservice } from './microservice';

const config = new pulumi.Config();
const apiToken = config.getSecret('apiToken');

const service = new Microservice('web', {
  image: config.require('image'),
  port: config.requireNumber('port'),
  minReplicas: config.getNumber('minReplicas'),
  maxReplicas: config.getNumber('maxReplicas'),
  settings: { LOG_LEVEL: config.get('logLevel') ?? 'info' },
  secrets: apiToken && { API_TOKEN: apiToken },
});

export const url = service.url;

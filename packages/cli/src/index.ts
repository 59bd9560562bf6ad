export { type Launch, main } from './main.ts';

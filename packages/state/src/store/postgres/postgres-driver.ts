/* What is used of the pg library. Loaded by the first query: nobody else should wait for it. */
export { Pool } from 'pg';
export { default as pgpass } from 'pgpass';

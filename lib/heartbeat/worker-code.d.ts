/** The text of the heartbeat worker: `worker.ts` and what it imports, as `scripts/worker.mjs` makes it at build time. */
export const WORKER_CODE: string;

// graphile-worker: a job row per recipient, 64 jobs at a time in one process. Usage: node graphile.mjs <postgres url> <sink> <recipients>
import { run, makeWorkerUtils } from 'graphile-worker';
import pg from 'pg';
import { post, report } from './sender.mjs';

const [connectionString, sink, count] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const pool = new pg.Pool({ connectionString, max: 20 });
const utils = await makeWorkerUtils({ pgPool: pool });
await utils.migrate();
await pool.query(`SELECT graphile_worker.add_jobs(array_agg(json_populate_record(null::graphile_worker.job_spec, json_build_object('identifier', 'send', 'payload', json_build_object('customer', n), 'max_attempts', 1)))) FROM generate_series(1, $1) AS n`, [count]);

let done = 0;
let finished;
const all = new Promise((resolve) => (finished = resolve));
const began = performance.now();
const runner = await run({
  pgPool: pool,
  concurrency: 64,
  pollInterval: 100,
  noHandleSignals: true,
  logger: undefined,
  taskList: {
    send: async ({ customer }) => {
      await post(sink, customer, '12月8日');
    },
  },
  events: undefined,
  preset: { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
});
runner.events.on('job:complete', () => {
  if (++done === count) finished();
});
await all;
// The status is durable when no row of the job is left.
for (;;) {
  const { rows } = await pool.query('SELECT count(*)::int AS open FROM graphile_worker.jobs');
  if (rows[0].open === 0) break;
}
report(count, began);
await runner.stop();
await utils.release();
await pool.end();
process.exit(0);

// pg-boss: a job row per recipient, fetched and completed by the hundred, 64 calls in flight. Usage: node pgboss.mjs <postgres url> <sink> <recipients>
import PgBoss from 'pg-boss';
import { post, report } from './sender.mjs';

const [connectionString, sink, count] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const Batch = 64;
const boss = new PgBoss({ connectionString, max: 20, supervise: false, schedule: false });
boss.on('error', (error) => console.error(error.message));
await boss.start();
await boss.createQueue('send');
for (let from = 1; from <= count; from += 5000) {
  await boss.insert(Array.from({ length: Math.min(5000, count - from + 1) }, (_, i) => ({ name: 'send', data: { customer: from + i }, retryLimit: 0 })));
}

const began = performance.now();
let sent = 0;
// Four loops of 16: as many calls in flight as everybody here, while other loops fetch and complete.
const loop = async () => {
  for (;;) {
    const jobs = await boss.fetch('send', { batchSize: Batch });
    if (!jobs || jobs.length === 0) return;
    const queue = [...jobs];
    await Promise.all(Array.from({ length: 16 }, async () => {
      for (let job = queue.pop(); job; job = queue.pop()) await post(sink, job.data.customer, '12月8日');
    }));
    await boss.complete('send', jobs.map((job) => job.id));
    sent += jobs.length;
  }
};
await Promise.all(Array.from({ length: 4 }, loop));
report(sent, began);
await boss.stop({ graceful: false });
process.exit(0);

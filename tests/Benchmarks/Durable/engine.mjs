// The same eight steps on npm's bpmn-engine: its state is saved to PostgreSQL before each step is answered. node durable.mjs [seconds] [clients]
import { readFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Engine } from 'bpmn-engine';
import * as elements from 'bpmn-elements';
import { default as serializer, TypeResolver } from 'moddle-context-serializer';
import { default as BpmnModdle } from 'bpmn-moddle';

const seconds = Number(process.argv[2] ?? 10);
const clients = Number(process.argv[3] ?? 16);
// A user task waits to be told that it is done, as our service task waits for its worker.
const source = readFileSync(new URL('eight-steps.bpmn', import.meta.url), 'utf8').replaceAll('serviceTask', 'userTask');
const Moddle = BpmnModdle.BpmnModdle ?? BpmnModdle;
const sourceContext = (serializer.default ?? serializer)(await new Moddle().fromXML(source), TypeResolver(elements));
const server = new URL(process.env.BENCH_POSTGRES);
const pool = new pg.Pool({ connectionString: server.href, max: clients });
const table = `bench_${randomUUID().replaceAll('-', '')}`;
await pool.query(`CREATE TABLE ${table} (id uuid PRIMARY KEY, state text NOT NULL)`);

async function instance() {
  const id = randomUUID();
  const engine = Engine({ name: id, sourceContext });
  const listener = new EventEmitter();
  const failed = new Promise((_, reject) => engine.once('error', reject));
  let known = false;
  const save = async (execution) => {
    const state = JSON.stringify(execution.getState());
    await pool.query(known ? `UPDATE ${table} SET state = $2 WHERE id = $1` : `INSERT INTO ${table} VALUES ($1, $2)`, [id, state]);
    known = true;
  };
  const ended = new Promise((resolve) => engine.once('end', resolve));
  listener.on('activity.wait', (api, execution) => save(execution).then(() => api.signal()));
  engine.execute({ listener }, (error) => error && engine.emit('error', error));
  await save(await Promise.race([ended, failed]));
}

async function measure(milliseconds) {
  const start = performance.now();
  let instances = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() - start < milliseconds) {
      await instance();
      instances++;
    }
  }));
  return instances / ((performance.now() - start) / 1000);
}

await measure(2000);
console.log(`bpmn-engine, state in PostgreSQL: ${(await measure(seconds * 1000)).toFixed(0)} instances/s completed, ${clients} clients`);
await pool.query(`DROP TABLE ${table}`);
await pool.end();

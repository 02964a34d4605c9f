// The same process on npm's bpmn-engine: one core, in memory, every user task completed as soon as it waits.
import { readFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { Engine } from 'bpmn-engine';
import * as elements from 'bpmn-elements';
import { default as serializer, TypeResolver } from 'moddle-context-serializer';
import { default as BpmnModdle } from 'bpmn-moddle';

const seconds = Number(process.argv[2] ?? 5);
const condition = '${environment.variables.large}';
const source = readFileSync(new URL('six-stages.bpmn', import.meta.url), 'utf8').replace('CONDITION', condition);
// Parsed once, as the other side does.
const Moddle = BpmnModdle.BpmnModdle ?? BpmnModdle;
const moddleContext = await new Moddle().fromXML(source);
const sourceContext = (serializer.default ?? serializer)(moddleContext, TypeResolver(elements));

async function instance(large) {
  const engine = Engine({ name: 'six', sourceContext, variables: { large } });
  const listener = new EventEmitter();
  let tasks = 0;
  listener.on('activity.wait', (api) => { tasks++; api.signal(); });
  await new Promise((resolve, reject) => {
    engine.once('end', resolve);
    engine.once('error', reject);
    engine.execute({ listener }, (error) => error && reject(error));
  });
  return tasks;
}

async function measure(milliseconds) {
  const start = performance.now();
  let instances = 0, tasks = 0;
  while (performance.now() - start < milliseconds) {
    tasks += await instance(instances % 2 === 0);
    instances++;
  }
  const elapsed = (performance.now() - start) / 1000;
  return { instances, tasks, perSecond: instances / elapsed };
}

await measure(2000);
const result = await measure(seconds * 1000);
console.log(`bpmn-engine            ${result.perSecond.toFixed(0).padStart(9)} instances/s  (${result.instances} completed, ${(result.tasks / result.instances).toFixed(1)} tasks each)`);

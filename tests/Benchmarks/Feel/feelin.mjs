// Runs the cases with npm's feelin and prints one JSON line: evaluations per second of each, and tables per second.
// Usage: node feelin.mjs <folder with node_modules> <cases.json> <seconds>
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [folder, casesFile, seconds] = process.argv.slice(2);
const { evaluate, unaryTest } = await import(pathToFileURL(`${folder}/node_modules/feelin/dist/index.js`));
const cases = JSON.parse(readFileSync(casesFile, 'utf8'));
const variables = cases.variables;

function rate(run) {
  const wanted = Number(seconds) * 1000;
  for (const end = performance.now() + wanted / 4; performance.now() < end;) run(); // warm up
  let count = 0;
  const start = performance.now();
  while (performance.now() - start < wanted) {
    for (let i = 0; i < 5; i++) run();
    count += 5;
  }
  return count / ((performance.now() - start) / 1000);
}

// The same 50 rules as the decision table: age and score by row, the city in turn. FIRST, so the search ends at the match.
const rules = cases.cells.flatMap((age, a) => cases.scores.map((score, s) =>
  [age, score, cases.cities[(a + s) % cases.cities.length], String(a * 10 + s)]));

function table() {
  for (const [age, score, city, output] of rules) {
    if (unaryTest(age, { '?': variables.age }).value === true
      && unaryTest(score, { '?': variables.score }).value === true
      && (city === '-' || unaryTest(city, { '?': variables.city }).value === true)) {
      return evaluate(output, variables).value;
    }
  }
  return null;
}

const values = cases.expressions.map(text => evaluate(text, variables).value);
const rates = cases.expressions.map(text => rate(() => evaluate(text, variables)));
console.log(JSON.stringify({ values: values.map(value => JSON.parse(JSON.stringify(value ?? null))), rates, tableValue: table(), table: rate(table) }));

import '@tabler/core/dist/css/tabler.css';
import './styles/index.css';
import htmx from 'htmx.org';
import { enhance } from './enhance.js';
import { listen } from './live.js';

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.historyCacheSize = 0;
// A page that answers 422 shows what is wrong: swap it in like any other.
htmx.config.responseHandling = [
  { code: '204', swap: false },
  { code: '[23]..', swap: true },
  { code: '422', swap: true },
  { code: '[45]..', swap: false, error: true },
];
globalThis.htmx = htmx;

const islands = {
  bpmn: () => import('./islands/bpmn.js'),
  'bpmn-modeler': () => import('./islands/bpmn-modeler.js'),
  'dmn-modeler': () => import('./islands/dmn-modeler.js'),
  dmn: () => import('./islands/dmn.js'),
  chart: () => import('./islands/chart.js'),
  feel: () => import('./islands/feel.js'),
};

async function mount(root) {
  for (const element of root.querySelectorAll('[data-island]:not([data-mounted])')) {
    // Another call may have come to it while this one waited.
    if ('mounted' in element.dataset) continue;
    element.dataset.mounted = '';
    try {
      const island = await islands[element.dataset.island]();
      await island.mount(element);
      element.classList.add('is-ready');
    } catch (error) {
      element.classList.add('is-broken');
      console.error(error);
    }
  }
}

function start(root) {
  enhance(root);
  mount(root);
}

start(document);
listen(document);
document.addEventListener('htmx:load', event => start(event.detail.elt.parentElement ?? document));

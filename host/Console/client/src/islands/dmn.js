import NavigatedViewer from 'dmn-js/lib/NavigatedViewer';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import { failure, loadDefinition } from './diagram.js';

export async function mount(element) {
  const canvas = document.createElement('div');
  canvas.className = 'decision-canvas';
  element.prepend(canvas);
  const viewer = new NavigatedViewer({ container: canvas });
  try {
    await viewer.importXML(await loadDefinition(element));
    const wanted = element.dataset.decision;
    const view = viewer.getViews().find(v => wanted ? v.element.id === wanted : v.type === 'decisionTable') ?? viewer.getViews()[0];
    await viewer.open(view);
    // What scrolls is reached with the keyboard.
    for (const table of canvas.querySelectorAll('.tjs-table-container')) table.tabIndex = 0;
  } catch (error) {
    failure(element, error);
  }
}

import Modeler from 'dmn-js/lib/Modeler';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import { failure } from './diagram.js';
import { languageModule } from './modeler/chinese.js';
import { editing } from './modeler/editing.js';

// Edits a decision: its tables and how they hang together.
export async function mount(element) {
  const tabs = document.createElement('div');
  tabs.className = 'tabs mb-0';
  const canvas = document.createElement('div');
  canvas.className = 'decision-canvas';
  element.append(tabs, canvas);
  const language = { additionalModules: [languageModule()] };
  const modeler = new Modeler({ container: canvas, drd: language, decisionTable: language, literalExpression: language, boxedExpression: language });
  const edit = editing(element, { save: async () => (await modeler.saveXML({ format: true })).xml, onFindings: () => {} });
  try {
    await modeler.importXML(edit.source);
    const views = modeler.getViews();
    await modeler.open(views.find(view => view.element.id === element.dataset.decision) ?? views[0]);
  } catch (error) {
    failure(element, error);
    return;
  }
  const draw = () => drawTabs(modeler, tabs, element.dataset.drd);
  draw();
  const watched = new WeakSet();
  const watch = () => {
    draw();
    const viewer = modeler.getActiveViewer();
    if (!viewer || watched.has(viewer)) return;
    watched.add(viewer);
    viewer.on('elements.changed', edit.changed);
    viewer.on('commandStack.changed', edit.changed);
  };
  modeler.on('views.changed', watch);
  watch();
  await edit.lint();
}

function drawTabs(modeler, tabs, drd) {
  const active = modeler.getActiveView();
  tabs.replaceChildren(...modeler.getViews().map(view => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = view.type === 'drd' ? drd : view.name || view.id;
    if (view.element === active?.element) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => modeler.open(view));
    return button;
  }));
}

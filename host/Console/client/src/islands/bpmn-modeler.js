import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import ZeebeBehaviorsModule from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import zeebeModdle from 'zeebe-bpmn-moddle/resources/zeebe.json';
import Modeler from 'bpmn-js/lib/Modeler';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import '@bpmn-io/properties-panel/assets/properties-panel.css';
import { badge, failure, labelsInLanguage, zoomControls } from './diagram.js';
import { languageModule } from './modeler/chinese.js';
import { editing } from './modeler/editing.js';
import sopModdle from './modeler/sop-moddle.json';
import { SopModule } from './modeler/sop-panel.js';

const workingZoom = 0.7;
const besidePalette = 120;

// Draws an SOP; the panel beside it holds what the drawing can't show.
export async function mount(element) {
  const canvas = part(element, 'diagram-canvas');
  const modeler = new Modeler({
    container: canvas,
    propertiesPanel: { parent: part(element, 'properties') },
    additionalModules: [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule, ZeebeBehaviorsModule, SopModule, languageModule(), labels(element)],
    moddleExtensions: { zeebe: zeebeModdle, sop: sopModdle },
  });
  const edit = editing(element, { save: async () => (await modeler.saveXML({ format: true })).xml, onFindings: findings => show(modeler, findings) });
  try {
    await modeler.importXML(edit.source);
  } catch (error) {
    failure(element, error);
    return;
  }
  begin(modeler.get('canvas'));
  const fit = () => whole(modeler.get('canvas'));
  zoomControls(canvas, modeler.get('zoomScroll'), fit, element.dataset.zoom);
  modeler.on('commandStack.changed', edit.changed);
  select(modeler, element);
  nameTools(canvas);
  await edit.lint();
}

// Labels are drawn in the reader's language; the file keeps its own.
function labels(element) {
  const names = labelsInLanguage(document.getElementById(element.dataset.field).value);
  class Labels {
    constructor(textRenderer) {
      const draw = textRenderer.createText.bind(textRenderer);
      textRenderer.createText = (text, options) => draw(names.get(text) ?? text, options);
    }
  }
  Labels.$inject = ['textRenderer'];
  return { __init__: ['readersLabels'], readersLabels: ['type', Labels] };
}

function part(element, name) {
  const div = document.createElement('div');
  div.className = name;
  element.append(div);
  return div;
}

// Where it begins, large enough to work on and clear of the palette.
function begin(canvas) {
  const { inner, outer } = canvas.viewbox();
  canvas.viewbox({ x: inner.x - besidePalette / workingZoom, y: inner.y - 40, width: outer.width / workingZoom, height: outer.height / workingZoom });
}

function whole(canvas) {
  canvas.zoom('fit-viewport', 'auto');
  canvas.zoom(canvas.zoom() * (1 - besidePalette / canvas.viewbox().outer.width), 'auto');
  canvas.scroll({ dx: besidePalette / 2, dy: 0 });
}

// Marks and badges of what lint found, anew with every answer.
function show(modeler, findings) {
  const [canvas, overlays, registry] = ['canvas', 'overlays', 'elementRegistry'].map(name => modeler.get(name));
  overlays.remove({ type: 'badge' });
  registry.forEach(({ id }) => { canvas.removeMarker(id, 'mark-error'); canvas.removeMarker(id, 'mark-warning'); });
  for (const { element, isError } of findings) {
    if (!registry.get(element) || registry.get(element) === canvas.getRootElement()) continue;
    canvas.addMarker(element, isError ? 'mark-error' : 'mark-warning');
    badge(modeler, element, isError ? '!' : '?', isError ? 'error' : 'warning');
  }
}

// A finding's button selects its element, which also opens its properties.
function select(modeler, element) {
  document.getElementById(element.dataset.findings).addEventListener('click', event => {
    const shape = modeler.get('elementRegistry').get(event.target.closest('[data-element]')?.dataset.element);
    if (!shape) return;
    modeler.get('selection').select(shape);
    modeler.get('canvas').scrollToElement(shape);
  });
}

// The palette's tools say what they are only in their titles.
function nameTools(canvas) {
  for (const entry of canvas.querySelectorAll('.djs-palette .entry[title]')) entry.setAttribute('aria-label', entry.title);
}

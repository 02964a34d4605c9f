import Modeler from 'bpmn-js/lib/Modeler';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import { failure, loadDefinition } from './diagram.js';

// Edits the definition and writes it into the form's field before the form is sent.
export async function mount(element) {
  const canvas = document.createElement('div');
  canvas.className = 'diagram-canvas';
  element.prepend(canvas);
  const modeler = new Modeler({ container: canvas });
  try {
    await modeler.importXML(await loadDefinition(element));
  } catch (error) {
    failure(element, error);
    return;
  }
  modeler.get('canvas').zoom('fit-viewport', 'auto');
  const field = document.getElementById(element.dataset.field);
  const form = field.form;
  let saved = false;
  form.addEventListener('submit', async event => {
    if (saved) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    field.value = (await modeler.saveXML({ format: true })).xml;
    saved = true;
    form.requestSubmit(event.submitter);
  }, { capture: true });
}

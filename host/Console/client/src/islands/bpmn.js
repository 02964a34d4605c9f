import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import { failure, loadDefinition, zoomControls } from './diagram.js';

// data-marks: { "elementId": "done" | "here" | "failed" }
export async function mount(element) {
  const viewer = new NavigatedViewer({ container: canvasIn(element) });
  try {
    await viewer.importXML(await loadDefinition(element));
  } catch (error) {
    failure(element, error);
    return;
  }
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const marks = JSON.parse(element.dataset.marks ?? '{}');
  for (const [id, mark] of Object.entries(marks))
    if (registry.get(id)) canvas.addMarker(id, `mark-${mark}`);
  const fit = () => canvas.zoom('fit-viewport', 'auto');
  fit();
  zoomControls(element, viewer.get('zoomScroll'), fit);
  const here = Object.keys(marks).find(id => marks[id] === 'here' && registry.get(id));
  if (here && element.clientWidth < 700) { canvas.zoom(0.8); canvas.scrollToElement(here); }
}

function canvasIn(element) {
  const canvas = document.createElement('div');
  canvas.className = 'diagram-canvas';
  canvas.setAttribute('role', 'group');
  canvas.setAttribute('aria-label', element.dataset.label ?? 'BPMN');
  element.prepend(canvas);
  return canvas;
}

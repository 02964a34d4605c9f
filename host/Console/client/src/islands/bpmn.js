import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import { badge, failure, inLanguage, loadDefinition, zoomControls } from './diagram.js';

const groups = new Map();

// data-marks: { "elementId": "done" | "here" | … }, data-badges: { "elementId": "+" }; see DiagramView.razor.
export async function mount(element) {
  const viewer = new NavigatedViewer({ container: canvasIn(element) });
  try {
    await viewer.importXML(inLanguage(await loadDefinition(element)));
  } catch (error) {
    failure(element, error);
    return;
  }
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const marks = JSON.parse(element.dataset.marks ?? '{}');
  for (const [id, mark] of Object.entries(marks))
    if (registry.get(id)) canvas.addMarker(id, `mark-${mark}`);
  for (const [id, text] of Object.entries(JSON.parse(element.dataset.badges ?? '{}')))
    if (registry.get(id)) badge(viewer, id, text, marks[id] ?? '');
  const fit = () => canvas.zoom('fit-viewport', 'auto');
  fit();
  zoomControls(element, viewer.get('zoomScroll'), fit);
  const here = Object.keys(marks).find(id => marks[id] === 'here' && registry.get(id));
  if (here && element.clientWidth < 700) { canvas.zoom(0.8); canvas.scrollToElement(here); }
  if (element.dataset.sync) moveTogether(element.dataset.sync, viewer);
  if (element.dataset.pick) pick(element.dataset.pick, viewer);
  follow(viewer);
}

function canvasIn(element) {
  const canvas = document.createElement('div');
  canvas.className = 'diagram-canvas';
  canvas.setAttribute('role', 'group');
  canvas.setAttribute('aria-label', element.dataset.label ?? 'BPMN');
  element.prepend(canvas);
  return canvas;
}

function moveTogether(name, viewer) {
  const group = groups.get(name) ?? groups.set(name, new Set()).get(name);
  group.add(viewer);
  let following = false;
  viewer.on('canvas.viewbox.changed', ({ viewbox }) => {
    if (following) return;
    for (const other of group) if (other !== viewer) other.follow?.(viewbox);
  });
  viewer.follow = ({ x, y, width, height }) => {
    following = true;
    viewer.get('canvas').viewbox({ x, y, width, height });
    following = false;
  };
}

// A click on an element ticks its box in the form.
function pick(field, viewer) {
  viewer.on('element.click', ({ element }) => {
    const box = [...document.getElementsByName(field)].find(input => input.value === element.id);
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event('change', { bubbles: true }));
    box.scrollIntoView({ block: 'nearest' });
  });
}

// Buttons elsewhere on the page that name an element show it.
function follow(viewer) {
  const canvas = viewer.get('canvas');
  let shown = null;
  document.addEventListener('click', event => {
    const id = event.target.closest?.('[data-element]')?.dataset.element;
    if (!id) return;
    if (shown) canvas.removeMarker(shown, 'mark-shown');
    shown = viewer.get('elementRegistry').get(id) ? id : null;
    if (!shown) return;
    canvas.addMarker(id, 'mark-shown');
    if (canvas.zoom() < 0.6) canvas.zoom(0.9);
    canvas.scrollToElement(id);
  });
}

// What the viewers and the modeler share.
export async function loadDefinition(element) {
  const response = await fetch(element.dataset.src, { headers: { Accept: 'application/xml' } });
  if (!response.ok) throw new Error(`${response.status} ${element.dataset.src}`);
  return response.text();
}

// The file's labels are in one language; sop:name holds both.
export function inLanguage(xml) {
  const file = new DOMParser().parseFromString(xml, 'application/xml');
  for (const [element, label] of names(file)) element.setAttribute('name', label);
  return new XMLSerializer().serializeToString(file);
}

/** What the file calls something, and what the reader's language calls it. */
export function labelsInLanguage(xml) {
  const file = new DOMParser().parseFromString(xml, 'application/xml');
  return new Map([...names(file)].map(([element, label]) => [element.getAttribute('name'), label]));
}

function* names(file) {
  const language = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
  for (const name of file.getElementsByTagNameNS('urn:orchestrator:sop:1', 'name')) {
    const label = name.getAttribute(language);
    if (label && name.parentElement.localName === 'extensionElements') yield [name.parentElement.parentElement, label];
  }
}

export function badge(viewer, id, text, tone) {
  const html = document.createElement('span');
  html.className = `diagram-badge is-${tone}`;
  html.textContent = text;
  // A flow's box covers what lies between its ends: its line says it by colour and dashes.
  if (viewer.get('elementRegistry').get(id).waypoints) return;
  viewer.get('overlays').add(id, 'badge', { position: { top: -18, left: -14 }, scale: { max: 1 }, html });
}

export function failure(element, error) {
  const text = document.createElement('p');
  text.className = 'diagram-failure';
  text.textContent = `${element.dataset.failure ?? ''} ${error.message}`;
  element.prepend(text);
}

export function zoomControls(element, zoom, fit, texts = element.dataset.zoom) {
  const bar = document.createElement('div');
  bar.className = 'diagram-zoom';
  const labels = JSON.parse(texts ?? '{"in":"+","out":"-","fit":"fit"}');
  const button = (sign, label, action) => {
    const control = document.createElement('button');
    control.type = 'button';
    control.textContent = sign;
    control.setAttribute('aria-label', label);
    control.title = label;
    control.addEventListener('click', action);
    bar.append(control);
  };
  button('+', labels.in, () => zoom.stepZoom(1));
  button('−', labels.out, () => zoom.stepZoom(-1));
  button('⤢', labels.fit, fit);
  element.append(bar);
}

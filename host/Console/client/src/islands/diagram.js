// What the viewers and the modeler share.
export async function loadDefinition(element) {
  const response = await fetch(element.dataset.src, { headers: { Accept: 'application/xml' } });
  if (!response.ok) throw new Error(`${response.status} ${element.dataset.src}`);
  return response.text();
}

export function failure(element, error) {
  const text = document.createElement('p');
  text.className = 'diagram-failure';
  text.textContent = `${element.dataset.failure ?? ''} ${error.message}`;
  element.prepend(text);
}

export function zoomControls(element, zoom, fit) {
  const bar = document.createElement('div');
  bar.className = 'diagram-zoom';
  const labels = JSON.parse(element.dataset.zoom ?? '{"in":"+","out":"-","fit":"fit"}');
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

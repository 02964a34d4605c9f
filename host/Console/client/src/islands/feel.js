import FeelEditor from '@bpmn-io/feel-editor';

// Lays the editor over a text area; the text area stays the form's field.
export function mount(element) {
  const area = element.querySelector('textarea');
  const host = document.createElement('div');
  host.className = 'feel-editor';
  area.after(host);
  new FeelEditor({
    container: host,
    value: area.value,
    variables: JSON.parse(element.dataset.variables ?? '[]'),
    onChange: value => {
      area.value = value;
      area.dispatchEvent(new Event('input', { bubbles: true }));
    },
    contentAttributes: { 'aria-label': area.labels?.[0]?.textContent ?? 'FEEL' },
  });
  area.hidden = true;
}

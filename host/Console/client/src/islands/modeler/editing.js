// What both modelers share: where the source comes from, how it goes into the form, and what lint finds while one draws.
const lintAfter = 900;
const typingSettles = 350;

/** The form's field is the source: after a refusal it holds what was drawn. */
export function editing(element, { save, onFindings }) {
  const field = document.getElementById(element.dataset.field);
  const list = document.getElementById(element.dataset.findings);
  let timer = null;
  let newest = 0;

  async function lint() {
    const mine = ++newest;
    const response = await fetch(element.dataset.lint, { method: 'POST', headers: { 'Content-Type': 'application/xml' }, body: await save() });
    if (!response.ok || mine !== newest) return;
    list.innerHTML = await response.text();
    onFindings([...list.querySelectorAll('[data-finding]')].map(item => ({ element: item.dataset.finding, isError: item.dataset.severity === 'error' })));
  }

  field.form.addEventListener('submit', async event => {
    if (field.dataset.drawn) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // What is being typed is taken over when its field loses the focus.
    document.activeElement?.blur();
    await new Promise(resolve => setTimeout(resolve, typingSettles));
    field.value = await save();
    field.dataset.drawn = 'yes';
    field.form.requestSubmit(event.submitter);
  }, { capture: true });

  return {
    source: field.value,
    changed() {
      // On its way already: what changes now, such as a field losing its focus, is in it.
      if (field.dataset.drawn) return;
      field.form.dispatchEvent(new Event('input'));
      clearTimeout(timer);
      timer = setTimeout(lint, lintAfter);
    },
    lint,
  };
}

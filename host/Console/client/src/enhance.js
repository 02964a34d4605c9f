// Small comforts. Every page works without them.
export function enhance(root) {
  each(root, '[data-copy]', copy);
  each(root, 'textarea[data-count]', count);
  each(root, 'form[data-guard]', guard);
  each(root, 'form[data-submit-on-change]', submitOnChange);
  each(root, 'details[data-menu]', menu);
  each(root, '[data-dialog]', dialog);
  each(root, '[data-toast]', toast);
  each(root, '.stages, .tabs', showHere);
}

function each(root, selector, action) {
  for (const element of root.querySelectorAll(selector)) {
    if (element.enhanced) continue;
    element.enhanced = true;
    action(element);
  }
}

function copy(button) {
  button.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(button.dataset.copy);
    button.classList.add('is-copied');
    setTimeout(() => button.classList.remove('is-copied'), 1200);
  });
}

function count(area) {
  const output = document.getElementById(area.dataset.count);
  const show = () => { output.textContent = [...area.value].length; };
  area.addEventListener('input', show);
  show();
}

// A form that is sent shows it and can't be sent twice; one with unsaved changes asks before the page goes.
function guard(form) {
  let dirty = false;
  form.addEventListener('input', () => { dirty = true; });
  form.addEventListener('submit', event => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = 'yes';
    form.classList.add('is-sending');
    dirty = false;
  });
  addEventListener('pageshow', () => { delete form.dataset.sent; form.classList.remove('is-sending'); });
  if (form.dataset.guard === 'unsaved')
    addEventListener('beforeunload', event => { if (dirty) event.preventDefault(); });
}

function submitOnChange(form) {
  form.classList.add('is-automatic');
  form.addEventListener('change', () => form.requestSubmit());
}

function menu(details) {
  document.addEventListener('click', event => { if (!details.contains(event.target)) details.open = false; });
  details.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    details.open = false;
    details.querySelector('summary').focus();
  });
}

function dialog(trigger) {
  const target = document.getElementById(trigger.dataset.dialog);
  // A part that fetched itself again may offer what its page was not made with.
  if (!target) { trigger.addEventListener('click', () => location.reload()); return; }
  trigger.addEventListener('click', event => { event.preventDefault(); target.showModal(); });
  for (const close of target.querySelectorAll('[data-close]'))
    close.addEventListener('click', event => { event.preventDefault(); target.close(); });
}

// A strip that is wider than a phone begins with what is current in view.
function showHere(strip) {
  const here = strip.querySelector('.is-here, [aria-current]');
  if (here) strip.scrollLeft += here.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - here.clientWidth) / 2;
}

function toast(element) {
  setTimeout(() => element.classList.add('is-leaving'), 6000);
  element.querySelector('button')?.addEventListener('click', () => element.remove());
}

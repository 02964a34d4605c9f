import htmx from 'htmx.org';

// One stream per page. The server says which topics moved; the parts that show them fetch themselves again,
// so a part has one rendering, the server's.
export function listen(root) {
  const parts = root.querySelectorAll('[data-live]');
  if (parts.length === 0) return;
  const topics = [...new Set([...parts].map(part => part.dataset.live))];
  const source = new EventSource(`/console/live?${topics.map(topic => `topic=${encodeURIComponent(topic)}`).join('&')}`);
  const state = connected => root.body.classList.toggle('is-offline', !connected);
  source.addEventListener('open', () => state(true));
  source.addEventListener('error', () => state(false));
  source.addEventListener('moved', event => {
    for (const part of document.querySelectorAll('[data-live]'))
      if (part.dataset.live === event.data) htmx.trigger(part, 'moved');
  });
  addEventListener('pagehide', () => source.close());
}

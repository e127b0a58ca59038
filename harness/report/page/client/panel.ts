// The panel in which what lies behind a figure opens: a dialog, which the keyboard stays in and Escape closes.
import { button, el } from './dom.ts';

const TITLE = 'panel-title';
const title = el('h2', { id: TITLE });
const body = el('div', { class: 'panel-body' });
const close = button('Close', () => closePanel(), { class: 'close' });
const panel = el(
  'dialog',
  { class: 'panel', 'aria-labelledby': TITLE },
  el('div', { class: 'panel-head' }, title, close),
  body,
);

export function addPanel(): void {
  // A click beside the panel is one on the dialog itself.
  panel.addEventListener('click', ({ target }) => {
    if (target === panel) closePanel();
  });
  document.body.append(panel);
}

export function openPanel(name: string, ...content: readonly Node[]): void {
  title.textContent = name;
  body.replaceChildren(...content);
  panel.showModal();
  panel.scrollTop = 0;
}

export function closePanel(): void {
  panel.close();
}

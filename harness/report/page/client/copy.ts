// Commands that go to the clipboard by a button.
import { button, el } from './dom.ts';

const TOLD_FOR_MS = 2000;

/** A command with its button. */
export function commandBlock(command: string): HTMLElement {
  const code = el('code', {}, command);
  return el('div', { class: 'command' }, el('pre', { tabindex: '0' }, code), ...copyControls(code));
}

/** Of the commands that stand in the page. */
export function addCopyButtons(): void {
  for (const code of document.querySelectorAll<HTMLElement>('code[data-copy]')) {
    const block = code.parentElement;
    if (block === null) continue;
    const frame = el('div', { class: 'command' });
    block.replaceWith(frame);
    frame.append(block, ...copyControls(code));
  }
}

function copyControls(code: HTMLElement): HTMLElement[] {
  const told = el('span', { class: 'told', role: 'status' });
  const copy = button('Copy', () => void copyText(code, told), { class: 'copy' });
  copy.append(el('span', { class: 'visually-hidden' }, ` the command ${code.textContent ?? ''}`));
  return [copy, told];
}

/** Where the browser gives no clipboard to a file, the command is selected, for the keyboard to copy. */
async function copyText(code: HTMLElement, told: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    told.textContent = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(code);
    told.textContent = 'Selected: copy it with Ctrl+C';
  }
  setTimeout(() => {
    told.textContent = '';
  }, TOLD_FOR_MS);
}

// Elements, made by their names; texts go in as texts, whatever they hold.

type Attributes = Readonly<Record<string, string>>;
type Child = Node | string;

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(name), attributes, children);
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function button(text: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = el('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', onClick);
  return made;
}

export interface Choice {
  readonly value: string;
  readonly text: string;
}

export interface Select {
  /** The label with its select. */
  readonly element: HTMLElement;
  readonly value: () => string;
  readonly choose: (value: string) => void;
  readonly focus: () => void;
  /** Keeps the chosen value where it is still there. */
  readonly offer: (choices: readonly Choice[]) => void;
}

let selects = 0;

export function select(label: string, choices: readonly Choice[], chosen: string, onChange: () => void): Select {
  const id = `select-${++selects}`;
  const box = el('select', { id });
  const offer = (offered: readonly Choice[]): void => {
    const before = box.value;
    box.replaceChildren(...offered.map(({ value, text }) => el('option', { value }, text)));
    if (offered.some(({ value }) => value === before)) box.value = before;
  };
  offer(choices);
  box.value = chosen;
  box.addEventListener('change', onChange);
  const element = el('div', { class: 'control' }, el('label', { for: id }, label), box);
  const choose = (value: string): void => {
    box.value = value;
  };
  return { element, value: () => box.value, choose, focus: () => box.focus(), offer };
}

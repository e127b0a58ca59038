// The study's charts, drawn beforehand.
import { cleanSvg } from './clean-svg.ts';
import { html, line, type Markup } from './html.ts';
import type { PageFigure } from './input.ts';

export function figuresSection(figures: readonly PageFigure[]): Markup | null {
  if (figures.length === 0) return null;
  return html`${figures.map(figureOf)}`;
}

function figureOf({ title, caption, svg, notes }: PageFigure, index: number): Markup {
  const heading = `figure-${index}`;
  return html`<figure>
<h3 id="${heading}">${title}</h3>
<div class="scroll drawing" role="region" aria-labelledby="${heading}" tabindex="0">${cleanSvg(svg, title, `f${index}-`)}</div>
<figcaption>${caption}</figcaption>
${notes.length === 0 ? null : html`<ul class="notes">${notes.map((note) => html`<li>${line(note)}</li>`)}</ul>`}
</figure>
`;
}

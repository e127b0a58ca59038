// Which examples one method answers rightly and another does not: the place that client/examples.ts fills.
import { html, type Markup } from './html.ts';

/** @param leftOut what the page does not hold, a sentence each */
export function examplesSection(leftOut: readonly string[], path: string): Markup {
  return html`<p>Two methods on the same examples, with the same seed: which were won and lost between them. Every prediction, with the scores of all options, lies in <code>${path}/runs</code>, one <code>.predictions.jsonl</code> per run.</p>
${leftOut.length === 0 ? null : html`<ul class="notes">${leftOut.map((line) => html`<li>${line}</li>`)}</ul>`}
<div id="comparison" class="examples"></div>
`;
}

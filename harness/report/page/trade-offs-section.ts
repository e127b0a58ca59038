// The plot of any two measures: its place, which client/trade-offs.ts draws into, and the same as a table.
import { html, type Markup } from './html.ts';

/** @param table of the plotted rows */
export function tradeOffsSection(table: Markup): Markup {
  return html`<p>What quality costs: choose two measures. A line joins the methods that no other beats in both (the Pareto front).</p>
<div id="plot" class="plot"></div>
${table}`;
}

// What an audit of the rows found: the footnotes of the page.
import type { Finding } from '../../audit/audit.ts';
import { findingLine } from '../../audit/footnotes.ts';
import { html, type Markup } from './html.ts';

export function findingsSection(findings: readonly Finding[], leftOut: readonly string[]): Markup | null {
  if (findings.length + leftOut.length === 0) return null;
  const none = html`<p>The audit found nothing in which compared rows differ besides the method.</p>`;
  const list = html`<p>What differs between compared rows besides the method, and what a reader should know of how they came about. Tables refer to these by number.</p>
<ol class="findings">${findings.map(item)}</ol>`;
  return html`${findings.length === 0 ? none : list}
${leftOut.length === 0 ? null : html`<ul class="notes">${leftOut.map((line) => html`<li>${line}</li>`)}</ul>`}`;
}

function item(finding: Finding, index: number): Markup {
  const text = findingLine(finding).slice(finding.level.length + 1);
  return html`<li id="${findingId(index)}"><span class="badge ${finding.level}">${finding.level}</span> ${text}</li>`;
}

/** Links to findings, as footnotes stand beside a figure; nothing where there are none. */
export function footnoteLinks(findings: readonly number[]): Markup | null {
  if (findings.length === 0) return null;
  const links = findings.map(
    (index) => html` <a href="#${findingId(index)}" aria-label="finding ${index + 1}">${index + 1}</a>`,
  );
  return html`<sup class="footnotes">${links}</sup>`;
}

function findingId(index: number): string {
  return `finding-${index + 1}`;
}

// The report of a study as one HTML page that needs nothing else: no network, no font, no other file.
import { counted } from '../../contracts/words.ts';
import type { Table } from '../tables/table.ts';
import { answerSection } from './answer-section.ts';
import { assets, policyHash } from './assets.ts';
import { embeddedJson } from './embedded-json.ts';
import { examplesSection } from './examples-section.ts';
import { figuresSection } from './figures-section.ts';
import { findingsSection } from './findings-section.ts';
import { html, type Markup, verbatim } from './html.ts';
import type { PageInput } from './input.ts';
import { type PageData, pageData } from './page-data.ts';
import { plottedTable } from './plotted-rows.ts';
import { reproduceSection } from './reproduce-section.ts';
import { runsTable } from './runs-table.ts';
import { tableContents, tableSection } from './table-section.ts';
import { tablesForReaders } from './tables-for-readers.ts';
import { tradeOffsSection } from './trade-offs-section.ts';

/** The whole file. The same input gives the same text. */
export function studyPage(input: PageInput): string {
  const plotted = plottedTable(input.rows, input.records, input.path);
  const runs = runsTable(input.records, input.path);
  const given = tablesForReaders(input.tables);
  const tables = [...given, plotted, runs];
  const data = pageData(input, tables);
  const { findings } = input;
  const { findingsOf } = data;
  const shownTable = (table: Table): Markup => tableSection(table, tables.indexOf(table), { findings, findingsOf });
  const sections = sectionsOf(input, data, {
    given: html`${tableContents(given, [...given.keys()])}${given.map(shownTable)}`,
    plotted: shownTable(plotted),
    // Findings are of rows that are compared; a run says its own where it opens.
    runs: tableSection(runs, tables.indexOf(runs), { findings, findingsOf: () => [] }),
  });
  return `<!doctype html>\n${documentOf(input, sections, embeddedJson('data', data.payload))}\n`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

interface ShownTables {
  readonly given: Markup;
  readonly plotted: Markup;
  readonly runs: Markup;
}

/** Those that have something to say. */
function sectionsOf(input: PageInput, data: PageData, { given, plotted, runs }: ShownTables): Section[] {
  const { payload, leftOut, claimRuns } = data;
  const sections: Readonly<Record<string, readonly [title: string, body: Markup | null]>> = {
    answer: ['The answer', answerSection(input.claims, input.comparisons.tasks, claimRuns)],
    tables: ['Tables', input.tables.length === 0 ? null : given],
    'trade-offs': ['Trade-offs', tradeOffsSection(plotted)],
    figures: ['Figures', figuresSection(input.figures)],
    examples: ['Examples', payload.examples.length === 0 ? null : examplesSection(leftOut.examples, input.path)],
    runs: ['Runs', html`${runs}${notes(leftOut.runs)}`],
    audit: ['What to know before comparing', findingsSection(input.findings, input.leftOut)],
    reproduce: ['Make it again', reproduceSection(input.path)],
  };
  return Object.entries(sections).flatMap(([id, [title, body]]) => (body === null ? [] : [{ id, title, body }]));
}

function documentOf(input: PageInput, sections: readonly Section[], data: Markup): Markup {
  const { script, style } = assets();
  const policy = [
    "default-src 'none'",
    `script-src ${policyHash(script)}`,
    `style-src ${policyHash(style)}`,
    // The empty icon, without which a browser asks the server for one.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${input.name}: peftbench report</title>
<link rel="icon" href="data:,">
${verbatim('style', {}, style)}
</head>
<body>
<a class="skip" href="#answer">Skip to the answer</a>
<header class="top">
<div>
<p class="kicker">peftbench report</p>
<h1>${input.name}</h1>
<p class="summary">${summaryOf(input)}</p>
</div>
<div id="controls" class="controls"></div>
</header>
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
<noscript><p>Tables and figures can be read without a script. Sorting, filtering, the plot of trade-offs and what lies behind a figure need one.</p></noscript>
${sections.map(sectionOf)}</main>
<footer><p>Made from the records of <code>${input.path}</code> alone. This file holds everything it shows and asks nothing of any network.</p></footer>
${data}
${verbatim('script', {}, script)}
</body>
</html>`;
}

function sectionOf({ id, title, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title" tabindex="-1">
<h2 id="${id}-title">${title}</h2>
${body}</section>
`;
}

/** `18 final runs and 18 trials · 3 methods · 3 tasks · 1 model · 2 seeds` */
function summaryOf({ records, rows }: PageInput): string {
  const finals = records.filter(({ config }) => config.purpose === 'final');
  const trials = records.length - finals.length;
  const distinct = (values: readonly (string | number)[], noun: string) => counted(new Set(values).size, noun);
  return [
    `${counted(finals.length, 'final run')}${trials === 0 ? '' : ` and ${counted(trials, 'trial')}`}`,
    distinct(
      rows.map(({ label }) => label),
      'method',
    ),
    distinct(
      rows.map(({ task }) => task),
      'task',
    ),
    distinct(
      rows.map(({ model }) => model),
      'model',
    ),
    distinct(
      finals.map(({ seed }) => seed),
      'seed',
    ),
  ].join(' · ');
}

function notes(lines: readonly string[]): Markup | null {
  return lines.length === 0 ? null : html`<ul class="notes">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

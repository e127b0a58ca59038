// What the study found, before anything else: its claims with their verdicts, and a sentence for each task.
import type { JudgedClaim } from '../../claims/judge-claims.ts';
import type { Verdict } from '../../claims/judge.ts';
import { claimLines } from '../../claims/words.ts';
import { counted } from '../../contracts/words.ts';
import type { ComparedTask } from '../../stats/comparison.ts';
import { html, type Markup } from './html.ts';
import { comparisonSentence } from './sentences.ts';

/** Each with a mark that does without its colour. */
const VERDICTS: Readonly<Record<Verdict, string>> = { supported: '✓', contradicted: '✗', undecided: '?' };

/** @param claimRuns where in the page's data the runs of a claim are */
export function answerSection(
  claims: readonly JudgedClaim[],
  tasks: readonly ComparedTask[],
  claimRuns: ReadonlyMap<JudgedClaim, number>,
): Markup {
  if (claims.length + tasks.length === 0) {
    return html`<p class="lead">No run of this study has completed: nothing can be said yet.</p>`;
  }
  return html`${claims.length === 0 ? null : claimsPart(claims, claimRuns)}${
    tasks.length === 0 ? null : tasksPart(tasks, claims.length > 0)
  }`;
}

function claimsPart(claims: readonly JudgedClaim[], claimRuns: ReadonlyMap<JudgedClaim, number>): Markup {
  const of = (verdict: Verdict) => claims.filter((claim) => claim.verdict === verdict);
  const number = (verdict: Verdict) => of(verdict).length;
  const items = (['supported', 'contradicted', 'undecided'] as const)
    .flatMap(of)
    .map((judged) => claimItem(judged, claimRuns.get(judged)));
  return html`<p class="lead">Of ${counted(claims.length, 'claim')} the records support ${number('supported')}, contradict ${number('contradicted')} and leave ${number('undecided')} undecided.</p>
<ul class="claims">${items}</ul>
`;
}

function claimItem(judged: JudgedClaim, runList: number | undefined): Markup {
  const { claim, verdict } = judged;
  const lines = claimLines(judged);
  const because = verdict === 'undecided' ? lines.at(-1) : undefined;
  const isAllSaid = runList === undefined && lines.length < 2 && because === lines[0];
  return html`<li><span class="badge ${verdict}"><span aria-hidden="true">${VERDICTS[verdict]}</span> ${verdict}</span>
<div><p class="says">${claim.says}</p>
${because === undefined ? null : html`<p class="because">${because}</p>`}
${isAllSaid ? null : restsOn(judged, lines, runList)}</div></li>
`;
}

function restsOn({ claim, runs }: JudgedClaim, lines: readonly string[], runList: number | undefined): Markup {
  const text = `rests on ${counted(runs.length, 'run')}`;
  const rests =
    runList === undefined
      ? null
      : html`<li><span class="figure" data-runs="${runList}" data-title="${claim.name}">${text}</span></li>`;
  return html`<details><summary>What this rests on<span class="visually-hidden">: ${claim.name}</span></summary><ul class="notes">${lines.map((line) => html`<li>${line}</li>`)}${rests}</ul></details>`;
}

function tasksPart(tasks: readonly ComparedTask[], hasClaims: boolean): Markup {
  const models = new Set(tasks.map(({ model }) => model)).size;
  const items = tasks.map((task) => html`<li>${models > 1 ? `${task.model}, ` : null}${comparisonSentence(task)}</li>`);
  return html`${hasClaims ? html`<h3>Task by task</h3>` : null}
<ul class="sentences">${items}</ul>
<p class="caption">Intervals are over seeds and examples; p values are corrected for all pairs of all tasks (Holm).</p>
`;
}

// A page whose every name, answer and error is markup that would run a script: for a browser to show that none does.
import { studyPage } from '../../harness/report/page/page.ts';
import type { RunRecord } from '../../harness/records/schema.ts';
import { quickInput } from '../../test/report/page/inputs.ts';

/** What a page that runs it sets. */
export const RAN = 'globalThis.ran === true';
const HOSTILE = `</script><script>ran = true</script>"'><img src=x onerror="ran = true"><svg onload="ran = true">`;

export function hostilePage(): string {
  const input = quickInput();
  const records = input.records.map((record): RunRecord => {
    const { config, environment } = record;
    const method = { ...config.method, label: hostile(config.method.label), options: { [HOSTILE]: HOSTILE } };
    return {
      ...record,
      config: { ...config, method, task: { ...config.task, id: hostile(config.task.id) } },
      environment: { ...environment, cpu: HOSTILE, platform: HOSTILE },
    };
  });
  return studyPage({
    ...input,
    ...{ name: HOSTILE, path: HOSTILE, records, leftOut: [HOSTILE] },
    claims: input.claims.map((judged) => ({ ...judged, claim: { ...judged.claim, name: HOSTILE, says: HOSTILE } })),
    rows: input.rows.map((row) => ({ ...row, label: hostile(row.label), task: hostile(row.task) })),
    tables: input.tables.map((table) => ({
      ...table,
      ...{ title: HOSTILE, caption: HOSTILE, notes: [HOSTILE] },
      columns: table.columns.map((column) => ({ ...column, title: hostile(column.title) })),
      rows: table.rows.map((row) =>
        row.map((cell) => ({ ...cell, text: hostile(cell.text), command: HOSTILE, reason: HOSTILE })),
      ),
    })),
    figures: input.figures.map((figure) => ({
      ...figure,
      title: HOSTILE,
      svg: figure.svg.replace('loss', inDrawing()),
    })),
    predictionsOf: (record) =>
      input.predictionsOf(record).map((each) => ({ ...each, id: hostile(each.id), set: HOSTILE, text: HOSTILE })),
  });
}

const hostile = (text: string): string => `${text}${HOSTILE}`;

/** As a drawing has it: a text, which an inattentive reader of it would make markup again. */
function inDrawing(): string {
  return HOSTILE.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

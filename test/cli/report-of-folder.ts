// The report of a study's folder, as the commands make it.
import { reportOf } from '../../harness/cli/report-study.ts';
import { services } from '../../harness/cli/services.ts';
import { rulesOf } from '../../harness/cli/study-tables.ts';
import type { Report } from '../../harness/report/build.ts';
import { readStudy } from '../../harness/study/read.ts';

export async function reportOfFolder(folder: string): Promise<Report> {
  const catalogue = await services.catalogue();
  const { study, directory } = readStudy(folder, catalogue);
  const judged = { ...catalogue, ruleSet: rulesOf(directory) };
  const { report } = await reportOf(study, directory, judged, () =>
    Promise.reject(new Error('no id is to be asked for')),
  );
  return report;
}

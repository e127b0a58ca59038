// The nine tasks of GLUE (Wang et al., 2019), read as the benchmark, the original authors or Hugging Face publish them.
// Classes are in the order of Hugging Face's copy; metrics are the benchmark's, the first one primary.
import type { EvaluationSet, Licence, Task, TaskData, TextExample } from '../harness/contracts/dataset.ts';
import type { MetricName } from '../harness/metrics/index.ts';
import type { GlueLayout, Rules, Target } from './glue-example.ts';
import { parquetLayout } from './glue-parquet.ts';
import { tsvLayout } from './glue-tsv.ts';
import { locate } from './layout.ts';
import { mrpcListed } from './mrpc-listed.ts';

const TRAIN_DEV = { train: 'train.tsv', validation: 'dev.tsv' };
const PARAPHRASES = { header: ['#1 String', '#2 String', 'Quality'] };
const ENTAILMENT: Target = { kind: 'classification', labels: ['entailment', 'not_entailment'] };

export const GLUE_TASKS: readonly Task[] = [
  glueTask({
    name: 'cola',
    title: 'CoLA',
    target: { kind: 'classification', labels: ['unacceptable', 'acceptable'] },
    metrics: ['matthews'],
    licence: { name: 'not stated (published sentences, quoted)', url: 'https://nyu-mll.github.io/CoLA/' },
    // Source, label, original mark, sentence.
    layouts: [tsvLayout(TRAIN_DEV, { positions: [3, 1], widths: [4] }), parquetLayout(['sentence'])],
  }),
  glueTask({
    name: 'sst2',
    title: 'SST-2',
    target: { kind: 'classification', labels: ['negative', 'positive'] },
    metrics: ['accuracy'],
    licence: { name: 'not stated', url: 'https://nlp.stanford.edu/sentiment/' },
    layouts: [tsvLayout(TRAIN_DEV, { header: ['sentence', 'label'] }), parquetLayout(['sentence'])],
  }),
  glueTask({
    name: 'mrpc',
    title: 'MRPC',
    target: { kind: 'classification', labels: ['not_equivalent', 'equivalent'] },
    metrics: ['accuracy', 'f1'],
    licence: {
      name: 'Microsoft Research shared source licence',
      url: 'https://www.microsoft.com/en-us/download/details.aspx?id=52398',
    },
    layouts: [
      tsvLayout(TRAIN_DEV, PARAPHRASES),
      mrpcListed,
      // Without the benchmark's list: the authors' own test set.
      tsvLayout({ train: 'msr_paraphrase_train.txt', test: 'msr_paraphrase_test.txt' }, PARAPHRASES),
      parquetLayout(['sentence1', 'sentence2']),
    ],
  }),
  glueTask({
    name: 'stsb',
    title: 'STS-B',
    target: { kind: 'regression', range: [0, 5] },
    metrics: ['pearson', 'spearman'],
    licence: { name: 'CC BY-SA 4.0', url: 'https://ixa2.si.ehu.eus/stswiki/index.php/STSbenchmark' },
    layouts: [
      tsvLayout(TRAIN_DEV, { header: ['sentence1', 'sentence2', 'score'] }),
      // Genre, file, year, number, score, two sentences, and for some rows their two sources.
      tsvLayout({ train: 'sts-train.csv', validation: 'sts-dev.csv' }, { positions: [5, 6, 4], widths: [7, 9] }),
      parquetLayout(['sentence1', 'sentence2']),
    ],
  }),
  glueTask({
    name: 'qqp',
    title: 'QQP',
    target: { kind: 'classification', labels: ['not_duplicate', 'duplicate'] },
    published: 'torn',
    metrics: ['accuracy', 'f1'],
    licence: {
      name: "Quora's terms of service (non-commercial)",
      url: 'https://quoradata.quora.com/First-Quora-Dataset-Release-Question-Pairs',
    },
    layouts: [
      tsvLayout(TRAIN_DEV, { header: ['question1', 'question2', 'is_duplicate'] }),
      parquetLayout(['question1', 'question2']),
    ],
  }),
  glueTask({
    name: 'mnli',
    title: 'MNLI',
    target: { kind: 'classification', labels: ['entailment', 'neutral', 'contradiction'] },
    metrics: ['accuracy'],
    licence: { name: 'OANC, CC BY-SA 3.0 and CC BY 3.0, by genre', url: 'https://cims.nyu.edu/~sbowman/multinli/' },
    layouts: [
      tsvLayout(
        { train: 'train.tsv', matched: 'dev_matched.tsv', mismatched: 'dev_mismatched.tsv' },
        { header: ['sentence1', 'sentence2', 'gold_label'] },
        'name',
      ),
      parquetLayout(['premise', 'hypothesis'], { matched: 'validation_matched', mismatched: 'validation_mismatched' }),
    ],
  }),
  glueTask({
    name: 'qnli',
    title: 'QNLI',
    target: ENTAILMENT,
    metrics: ['accuracy'],
    licence: { name: 'CC BY-SA 4.0', url: 'https://rajpurkar.github.io/SQuAD-explorer/' },
    layouts: [
      tsvLayout(TRAIN_DEV, { header: ['question', 'sentence', 'label'] }, 'name'),
      parquetLayout(['question', 'sentence']),
    ],
  }),
  glueTask({
    name: 'rte',
    title: 'RTE',
    target: ENTAILMENT,
    metrics: ['accuracy'],
    licence: { name: 'not stated', url: 'https://gluebenchmark.com/tasks' },
    layouts: [
      tsvLayout(TRAIN_DEV, { header: ['sentence1', 'sentence2', 'label'] }, 'name'),
      parquetLayout(['sentence1', 'sentence2']),
    ],
  }),
  glueTask({
    name: 'wnli',
    title: 'WNLI',
    target: { kind: 'classification', labels: ['not_entailment', 'entailment'] },
    metrics: ['accuracy'],
    licence: {
      name: 'CC BY 4.0',
      url: 'https://cs.nyu.edu/~davise/papers/WinogradSchemas/WS.html',
    },
    layouts: [
      tsvLayout(TRAIN_DEV, { header: ['sentence1', 'sentence2', 'label'] }),
      parquetLayout(['sentence1', 'sentence2']),
    ],
  }),
];

interface GlueTask {
  /** Hugging Face's name of the task. */
  readonly name: string;
  /** The name in tables and of the benchmark's folder. */
  readonly title: string;
  readonly target: Target;
  readonly published?: Rules['published'];
  readonly metrics: readonly [MetricName, ...MetricName[]];
  readonly licence: Licence;
  readonly layouts: readonly GlueLayout[];
}

function glueTask({ name, title, target, published = 'clean', metrics, licence, layouts }: GlueTask): Task {
  const id = `glue/${name}`;
  const folders = [`glue/${title}`, title, `glue/${name}`, name];
  return {
    id,
    title,
    kind: target.kind,
    metrics,
    licence,
    async read(reader): Promise<TaskData> {
      const place = locate(reader, id, folders, layouts);
      const { evaluation } = place.layout;
      const examples = (split: string) => place.layout.read(place, split, { target, published });
      const set = async (split: string): Promise<EvaluationSet<TextExample>> => ({
        name: split,
        examples: await examples(split),
      });
      const [primary, ...others] = evaluation;
      const train = await examples('train');
      const splits = { train, evaluation: [await set(primary), ...(await Promise.all(others.map(set)))] as const };
      return { ...target, ...splits };
    },
  };
}

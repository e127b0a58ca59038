// What is embedded, where it comes from, and under which terms: the text of each embedded folder's README.md.
import type { FileChecksum } from '../harness/contracts/dataset.ts';

export interface EmbeddedDataset {
  readonly task: string;
  readonly title: string;
  /** Relative to the data folder. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly source: readonly string[];
  readonly licence: readonly string[];
  readonly citation: readonly string[];
}

const LLM_ADAPTERS = {
  source:
    'In the form of LLM-Adapters (https://github.com/AGI-Edgerunners/LLM-Adapters, Apache-2.0), folder `dataset`.',
  citation:
    'Z. Hu, L. Wang, Y. Lan, W. Xu, E.-P. Lim, L. Bing, X. Xu, S. Poria, R. K.-W. Lee: LLM-Adapters: An Adapter Family for Parameter-Efficient Fine-Tuning of Large Language Models. EMNLP 2023.',
};

export const EMBEDDED: readonly EmbeddedDataset[] = [
  {
    task: 'glue/stsb',
    title: 'STS Benchmark',
    folder: 'glue/STS-B',
    files: ['sts-train.csv', 'sts-dev.csv'],
    source: ['STS Benchmark, https://ixa2.si.ehu.eus/stswiki/index.php/STSbenchmark (training and development parts).'],
    licence: [
      'Creative Commons Attribution-ShareAlike 4.0 International, https://creativecommons.org/licenses/by-sa/4.0/.',
      "The sentences were selected from other collections (the second column names each), whose authors keep their rights: MSRpar and MSRvid (Microsoft Research), headlines (Europe Media Monitor), images (Flickr captions), deft-forum and deft-news (DEFT), answers-forums (Stack Exchange, CC BY-SA 3.0). Where a row has nine columns, the last two name the sentences' sources.",
    ],
    citation: [
      'D. Cer, M. Diab, E. Agirre, I. Lopez-Gazpio, L. Specia: SemEval-2017 Task 1: Semantic Textual Similarity Multilingual and Crosslingual Focused Evaluation. SemEval 2017.',
      'A. Wang, A. Singh, J. Michael, F. Hill, O. Levy, S. R. Bowman: GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language Understanding. ICLR 2019.',
    ],
  },
  {
    task: 'commonsense/arc-easy',
    title: 'ARC-Easy',
    folder: 'commonsense/ARC-Easy',
    files: ['train.json', 'test.json'],
    source: ['AI2 Reasoning Challenge, easy set, https://allenai.org/data/arc.', LLM_ADAPTERS.source],
    licence: [
      'Creative Commons Attribution-ShareAlike 4.0 International, https://creativecommons.org/licenses/by-sa/4.0/.',
    ],
    citation: [
      'P. Clark, I. Cowhey, O. Etzioni, T. Khot, A. Sabharwal, C. Schoenick, O. Tafjord: Think you have Solved Question Answering? Try ARC, the AI2 Reasoning Challenge. arXiv:1803.05457, 2018.',
      LLM_ADAPTERS.citation,
    ],
  },
  {
    task: 'commonsense/openbookqa',
    title: 'OpenBookQA',
    folder: 'commonsense/openbookqa',
    files: ['train.json', 'test.json'],
    source: ['OpenBookQA, https://github.com/allenai/OpenBookQA.', LLM_ADAPTERS.source],
    licence: ['Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0.'],
    citation: [
      'T. Mihaylov, P. Clark, T. Khot, A. Sabharwal: Can a Suit of Armor Conduct Electricity? A New Dataset for Open Book Question Answering. EMNLP 2018.',
      LLM_ADAPTERS.citation,
    ],
  },
];

/** The notice beside the files of a data set: source, licence, citation, changes and checksums. */
export function noticeOf(dataset: EmbeddedDataset, files: readonly FileChecksum[]): string {
  const section = (title: string, paragraphs: readonly string[]) => [`## ${title}`, ...paragraphs];
  const checksums = files.map(({ path, sha256 }) => `| ${path.slice(dataset.folder.length + 1)} | ${sha256} |`);
  return `${[
    `# ${dataset.title} (\`${dataset.task}\`)`,
    'These files are data of others, under the terms below, not those of the rest of this repository.',
    ...section('Source', dataset.source),
    ...section('Licence', dataset.licence),
    ...section('Citation', dataset.citation),
    ...section('Changes', ['None: the files are byte for byte as published.']),
    ['| file | SHA-256 |', '| --- | --- |', ...checksums].join('\n'),
  ].join('\n\n')}\n`;
}

// The rules that come with the project: what rows that are compared should have alike, and what a row should be.
import type { Rule } from './rule.ts';

const ROUNDS = 'sums are rounded otherwise, so that seeds differ by more than their draws';
const SECONDS = 'seconds and memory do not compare; scores are not concerned';

/** One value for all runs of a model on a task. */
const alike = (level: Rule['level'], name: string, key: string, why: string): Rule => ({
  ...{ name, key, same: 'task', level, why },
});
const training = (level: Rule['level'], key: string, why: string): Rule =>
  alike(level, key, `config.training.${key}`, why);
/** Of models that are scored as they are, too. */
const ofAll = (rule: Rule): Rule => ({ ...rule, runs: 'all' });

export const RULES: readonly Rule[] = [
  // What is scored, and how.
  ofAll(alike('error', 'weights', 'model.sha256', 'methods started from different weights')),
  ofAll(alike('error', 'data', 'dataset.sha256', 'methods were trained or scored on different files')),
  ofAll(
    alike('error', 'metric', 'metrics.primary.name', 'figures of different metrics stand side by side in one column'),
  ),
  ofAll(alike('error', 'scored', 'dataset.evaluation.scored', 'scores of different examples do not compare')),
  ofAll(alike('error', 'overlap', 'dataset.overlap', 'evaluation examples that were trained on are answered by heart')),
  ofAll(
    alike(
      'error',
      'protocol',
      'config.task.protocol',
      'the same answers score otherwise by likelihood than generated, where a form that no rule reads counts as wrong',
    ),
  ),
  ofAll(
    alike('error', 'shots', 'config.task.shots', 'solved examples before a question raise a score without training'),
  ),
  ofAll(alike('error', 'beams', 'config.task.beams', 'a wider search gives other answers of the same model')),
  ofAll(
    alike(
      'error',
      'prompts',
      'asked',
      'the same questions were asked in other words, or cut elsewhere: a prompt alone moves a score by points',
    ),
  ),
  // What is trained on.
  alike('error', 'trainOn', 'config.task.trainOn', 'methods were trained on different tasks'),
  alike('error', 'drawn', 'dataset.train.drawn', 'more distinct training examples raise a score whatever the method'),
  alike('error', 'examples', 'trained.examples', 'a method that saw more examples was trained longer'),
  alike('error', 'steps', 'trained.steps', 'a method with more steps was trained longer'),
  {
    ...{ name: 'tokens', key: 'trained.tokens', same: 'seed', level: 'error' },
    why: 'of the same examples a method saw more of the text, or a longer one',
  },
  training('error', 'epochs', 'a method with more passes over the data was trained longer'),
  training('error', 'batchSize', 'the batch decides the number of steps and the noise of each'),
  training(
    'error',
    'maxLength',
    "shorter inputs are cut: one experiment of PEFT's method_comparison had a shorter sequence than the others (huggingface/peft issue 3463)",
  ),
  training(
    'error',
    'textForm',
    'a decoder that learns the form in which it is scored gains from the form, not from the method',
  ),
  training(
    'error',
    'lossOn',
    'a loss without the prompt is another objective: LLaMA3-8B with LoRA is published at 80.8 to 86.5 on the same tasks, the highest with the prompt masked (CoTo; HiRA issue 7)',
  ),
  training('error', 'labelScale', 'on its raw scale a regression collapses to a constant in some seeds'),
  {
    ...{ name: 'order', key: 'attestation.dataOrderSha256', same: 'seed', level: 'error' },
    why: 'differences between methods are paired by seed, which takes the same batches in the same order',
  },
  // How it is trained.
  alike(
    'warning',
    'scale',
    'scale',
    'what multiplies the update acts as a learning rate: alpha / r of alpha 16 is 2 at rank 8 and 16 at rank 1; only rates tuned for each method make up for it',
  ),
  alike(
    'warning',
    'targets',
    'config.method.options.targets',
    'adapters on more maps change more of the model, whatever the method',
  ),
  alike(
    'warning',
    'adapterDropout',
    'config.method.options.dropout',
    'dropout at the adapters regularises one method and not the other',
  ),
  alike(
    'warning',
    'headLearningRate',
    'headLearningRate',
    'the head is trained alike by every method: at its own rate one method has the better head',
  ),
  training('error', 'dropout', 'dropout regularises one method and not the other'),
  training('error', 'schedule', 'the schedule decides how far the same learning rate goes'),
  training('error', 'warmup', 'a longer warm-up takes smaller steps at the same learning rate'),
  training('error', 'clip', 'clipping shortens the steps of a method with large gradients'),
  training('error', 'optimizer', 'another optimiser takes other steps from the same gradients'),
  training(
    'warning',
    'weightDecay',
    'decay pulls what is trained to zero, which is not the same for adapters and weights',
  ),
  training('warning', 'beta1', 'another optimiser takes other steps from the same gradients'),
  training('warning', 'beta2', 'another optimiser takes other steps from the same gradients'),
  training('warning', 'epsilon', 'another optimiser takes other steps from the same gradients'),
  training('error', 'basePrecision', 'a base in fewer bits scores lower before any method begins'),
  training('warning', 'baseMerge', 'a merge that quantises again loses part of what was learned'),
  training(
    'warning',
    'batching',
    'rows of several texts weigh them otherwise in seconds and memory, and round otherwise',
  ),
  training('warning', 'microBatchSize', `gradients that are added up take less memory and more seconds, and ${ROUNDS}`),
  training('warning', 'gradientCheckpointing', SECONDS),
  training('warning', 'evalBatchSize', SECONDS),
  // What was chosen, and how.
  training('error', 'selection', 'the best of several checkpoints is higher than the last one of the same run'),
  training('error', 'selectionHoldout', 'what a checkpoint is chosen by is not trained on'),
  training('error', 'selectionEvery', 'the best of more checkpoints is higher'),
  alike(
    'error',
    'trials',
    'search.trials',
    'the method with more trials is better tuned: UniLoRA went from 0.15 to 41.6 % by tuning (huggingface/peft issue 3552), and variants of LoRA lie within 1 to 2 % once all rates are tuned (arXiv 2602.04998)',
  ),
  alike('error', 'holdout', 'search.holdout', 'trials that are scored on fewer examples choose worse'),
  alike('error', 'trialExamples', 'search.examples', 'longer trials choose better'),
  alike('warning', 'trialSeed', 'search.seed', 'trials of another seed are scored on other held-out examples'),
  {
    ...{ name: 'edge', key: 'search.rate', is: 'between', level: 'warning' },
    why: 'a rate at the edge of those tried may have a better one beyond it: the method is not known to be tuned',
  },
  // What a row rests on.
  {
    ...{ name: 'missing', key: 'row.missing', upTo: 0, runs: 'all', level: 'error' },
    why: 'a mean over fewer seeds than the others is another figure',
  },
  {
    ...{ name: 'failed', key: 'row.failed', upTo: 0, runs: 'all', level: 'error' },
    why: 'a mean without the runs that failed is of those that went well',
  },
  {
    ...{ name: 'diverged', key: 'row.diverged', upTo: 0, runs: 'all', level: 'error' },
    why: 'a mean without the runs that diverged is of those that went well',
  },
  {
    ...{ name: 'seeds', key: 'row.seeds', from: 3, level: 'warning' },
    why: 'two seeds tell next to nothing of their spread (Bouthillier et al. 2021, arXiv 2103.03098); two equal runs of DoRA gave 60.1 and 53.6 (NVlabs/DoRA issue 26)',
  },
  {
    ...{ name: 'oneScore', key: 'row.oneScore', is: false, level: 'error' },
    why: 'seeds that score alike to the last digit have most likely collapsed to one answer: the score is that of a constant, not of the method',
  },
  {
    ...{ name: 'collapsed', key: 'collapsed.overall', is: false, level: 'error' },
    why: 'a model that gives next to one answer to everything has the score of that answer, whatever was trained',
  },
  {
    ...{ name: 'unreadable', key: 'unreadable', upTo: 0.05, runs: 'all', level: 'warning' },
    why: 'generated answers that no rule can read count as wrong: the form may have collapsed where the knowledge has not',
  },
  {
    ...{ name: 'boosters', key: 'boosters', from: 2, when: { 'config.method.name': 'xgblora' }, level: 'warning' },
    why: 'XGBLoRA with one booster is not boosting: nothing is merged before the end, and it is a LoRA on a few layers',
  },
  // What computed it.
  ofAll(alike('error', 'semantics', 'code.semantics', 'the same configuration gives other numbers in another version')),
  ofAll(
    alike(
      'warning',
      'version',
      'code.version',
      "versions differ in defects: 87 of 220 submissions to MTEB carry an old one's score (embeddings-benchmark/mteb issue 5228)",
    ),
  ),
  ofAll(alike('warning', 'sources', 'code.sourcesSha256', 'runs were computed by different sources')),
  {
    ...{ name: 'methodSources', key: 'code.methodSha256', same: 'row', runs: 'all', level: 'error' },
    why: "seeds of one row were computed by different sources of its method, so that their mean is no method's",
  },
  {
    ...{ name: 'dirty', key: 'code.dirty', is: false, runs: 'all', level: 'warning' },
    why: 'the commit does not hold the code that computed it, so that nobody can run it again',
  },
  ofAll(alike('warning', 'backend', 'environment.backend', `${ROUNDS}; ${SECONDS}`)),
  ofAll(alike('warning', 'device', 'environment.device', `${ROUNDS}; ${SECONDS}`)),
  ofAll(alike('warning', 'runtime', 'environment.runtime', `${ROUNDS}; ${SECONDS}`)),
  ofAll(alike('warning', 'node', 'environment.node', SECONDS)),
  ofAll(alike('warning', 'platform', 'environment.platform', `${ROUNDS}; ${SECONDS}`)),
  ofAll(alike('warning', 'cpu', 'environment.cpu', `${ROUNDS}; ${SECONDS}`)),
  ofAll(alike('warning', 'cores', 'environment.cores', SECONDS)),
  ofAll(alike('warning', 'threads', 'environment.threads', SECONDS)),
  ofAll(alike('warning', 'memory', 'environment.memoryBytes', SECONDS)),
  ofAll(alike('warning', 'jobs', 'environment.jobs', SECONDS)),
];

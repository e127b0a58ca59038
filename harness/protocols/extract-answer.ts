// From what a decoder wrote to an answer, as LLM-Adapters takes it (Hu et al., 2023; commonsense_evaluate.py).

/** What begins an answer in LLM-Adapters' prompt; what a model writes behind another one is not read. */
const RESPONSE_MARK = '### Response:';

/** What LLM-Adapters looks for in every task that numbers its answers so, however many options a question has. */
const NUMBERED = ['answer1', 'answer2', 'answer3', 'answer4', 'answer5'];

/**
 * The first answer that stands in the text, wherever it stands, letter by letter: its index in `answers`, or undefined,
 * which counts as wrong, where there is none or it names an option that the question does not have.
 *
 * LLM-Adapters generates with `num_beams=4, max_new_tokens=32`; it gives temperature 0.1, top_p 0.75 and top_k 40 too,
 * but not `do_sample`, without which transformers uses none of them: its answers are those of plain beam search.
 * @param text what was generated, without the prompt
 * @param answers the words for the question's options, such as `answer1`, `answer2`
 */
export function extractAnswer(text: string, answers: readonly string[]): number | undefined {
  const [response = ''] = text.split(RESPONSE_MARK);
  const words = answers[0] === NUMBERED[0] ? [...new Set([...NUMBERED, ...answers])] : answers;
  const [first] = words
    .map((word) => ({ word, at: response.indexOf(word) }))
    .filter(({ at }) => at !== -1)
    .sort((a, b) => a.at - b.at);
  const index = first === undefined ? -1 : answers.indexOf(first.word);
  return index === -1 ? undefined : index;
}

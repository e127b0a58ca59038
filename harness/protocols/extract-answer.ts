// From what a decoder wrote to an answer, as LLM-Adapters takes it (Hu et al., 2023; commonsense_evaluate.py).

/** What begins an answer in LLM-Adapters' prompt; what a model writes behind another one is not read. */
const RESPONSE_MARK = '### Response:';

/**
 * The first of the answers that stands in the text, wherever it stands, letter by letter; its index in `answers`, or
 * undefined where there is none, which counts as wrong.
 *
 * LLM-Adapters generates with `num_beams=4, max_new_tokens=32`; it gives temperature 0.1, top_p 0.75 and top_k 40 too,
 * but not `do_sample`, without which transformers uses none of them: its answers are those of plain beam search.
 * @param text what was generated, without the prompt
 * @param answers the words for the answers, such as `answer1`, `answer2`; LLM-Adapters looks for the words of the whole
 * task (`answer1` to `answer5`), however many options the question has
 */
export function extractAnswer(text: string, answers: readonly string[]): number | undefined {
  const [response = ''] = text.split(RESPONSE_MARK);
  const found = answers
    .map((answer, index) => ({ index, at: response.indexOf(answer) }))
    .filter(({ at }) => at !== -1)
    .sort((a, b) => a.at - b.at);
  return found[0]?.index;
}

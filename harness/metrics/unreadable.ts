// How many of the answers that a model wrote name no option, by the rules that read them.

/** What a text that names no option is read as. */
const UNREAD = -1;

/** A share of those that were generated; null where none was. */
export function unreadableShare(
  predictions: readonly { readonly prediction: number; readonly text?: string }[],
): number | null {
  const generated = predictions.filter(({ text }) => text !== undefined);
  if (generated.length === 0) return null;
  return generated.filter(({ prediction }) => prediction === UNREAD).length / generated.length;
}

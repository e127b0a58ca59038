// What the hub, or the way to it, fails at: nothing that was asked for is wrong, and the same command may succeed later.

/** `message` is one line that names what was asked for and what came instead. */
export class HubFailure extends Error {
  override readonly name = 'HubFailure';
}

/** What a function throws, which must be of the class given. */
export function caught<T extends Error>(call: () => unknown, type: new (...args: never[]) => T): T {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof type) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

// Waits for a condition instead of a time: slow machines take longer, fast ones don't wait.

const kPause_ms = 100;

// `condition` may throw (an address that does not answer yet): that is "not yet", unless time is up. An error that says
// that it will never come true ends the wait at once when it is thrown by a synchronous condition.
export async function until(what, limit_ms, condition) {
  const end = Date.now() + limit_ms;
  let last = "";
  for (;;) {
    const answer = condition();
    if (answer instanceof Promise) {
      try {
        if (await answer) return;
      } catch (error) {
        last = `: ${error.message}`;
      }
    } else if (answer) {
      return;
    }
    if (Date.now() > end) throw new Error(`waited ${limit_ms / 1000} s in vain until ${what}${last}`);
    await new Promise((resolve) => setTimeout(resolve, kPause_ms));
  }
}

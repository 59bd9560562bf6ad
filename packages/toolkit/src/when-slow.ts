/** Longer than this, and a person wonders what is going on. */
const patienceMs = 1_000;

/** Waits for `work`, and says so when it takes a while; `unsay` follows when it is done. */
export async function whenSlow<T>(work: Promise<T>, say: () => void, unsay: () => void = () => {}): Promise<T> {
  let isSaid = false;
  const timer = setTimeout(() => {
    isSaid = true;
    say();
  }, patienceMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (isSaid) unsay();
  }
}

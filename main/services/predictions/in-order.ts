/**
 * Works on up to `width` items of a stream at once and hands the results back in the order of the items. While the consumer
 * has one, the next is read; no more than those are held. An error of one item, or the consumer's leaving, closes the stream
 * once what runs has settled.
 */
export async function* inOrder<Item, Result>(
  items: AsyncGenerator<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<{ readonly item: Item; readonly result: Result }> {
  const running: { readonly item: Item; readonly result: Promise<Result> }[] = [];
  let ended = false;
  let ahead: Promise<IteratorResult<Item>> | null = null;
  const readNext = (): Promise<IteratorResult<Item>> => {
    const next = ahead ?? items.next();
    ahead = null;
    return next;
  };
  try {
    for (;;) {
      while (!ended && running.length < width) {
        const next = await readNext();
        if (next.done === true) {
          ended = true;
          break;
        }
        const result = work(next.value);
        // Awaited in its turn; a failure before then must not count as unhandled
        result.catch(() => {});
        running.push({ item: next.value, result });
      }
      const first = running.shift();
      if (first === undefined) return;
      const result = await first.result;
      if (!ended && ahead === null) {
        ahead = items.next();
        // Awaited in its turn, like the results
        ahead.catch(() => {});
      }
      yield { item: first.item, result };
    }
  } finally {
    await Promise.allSettled([...running.map(({ result }) => result), ahead]);
    if (!ended) await items.return(undefined);
  }
}

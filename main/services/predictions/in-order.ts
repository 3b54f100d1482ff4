/**
 * Works on up to `width` items of a stream at once and hands the results back in the order of the items. At most
 * `width` items are held. An error of one item, or the consumer's leaving, closes the stream once what runs has settled.
 */
export async function* inOrder<Item, Result>(
  items: AsyncGenerator<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<{ readonly item: Item; readonly result: Result }> {
  const running: { readonly item: Item; readonly result: Promise<Result> }[] = [];
  let ended = false;
  try {
    for (;;) {
      while (!ended && running.length < width) {
        const next = await items.next();
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
      yield { item: first.item, result: await first.result };
    }
  } finally {
    await Promise.allSettled(running.map(({ result }) => result));
    if (!ended) await items.return(undefined);
  }
}

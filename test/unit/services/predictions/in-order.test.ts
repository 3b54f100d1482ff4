import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder } from '../../../../main/services/predictions/in-order.ts';

async function* numbers(count: number, closed: { done: boolean }): AsyncGenerator<number> {
  try {
    for (let i = 0; i < count; i++) yield i;
  } finally {
    closed.done = true;
  }
}

describe('blocks worked on side by side', () => {
  it('come back in order, never more than the width at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (delays, width) => {
          let running = 0;
          let most = 0;
          const seen: number[] = [];
          const work = async (i: number): Promise<number> => {
            most = Math.max(most, ++running);
            for (let turn = 0; turn < delays[i]; turn++) await new Promise((resolve) => setImmediate(resolve));
            running--;
            return i * i;
          };
          for await (const { item, result } of inOrder(numbers(delays.length, { done: false }), width, work)) {
            expect(result).toBe(item * item);
            seen.push(item);
          }
          expect(seen).toEqual(delays.map((_, i) => i));
          expect(most).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('closes the stream when one item fails', async () => {
    const closed = { done: false };
    const run = async (): Promise<void> => {
      for await (const _ of inOrder(numbers(10, closed), 3, async (i) => {
        if (i === 4) throw new Error('four');
      }));
    };
    await expect(run()).rejects.toThrow('four');
    expect(closed.done).toBe(true);
  });

  it('closes the stream when the consumer leaves', async () => {
    const closed = { done: false };
    for await (const { item } of inOrder(numbers(10, closed), 2, async (i) => i)) if (item === 2) break;
    expect(closed.done).toBe(true);
  });
});

/** Appends predictions, singles and batches in turn, until it is killed; prints how many are committed. */
import { join } from 'node:path';
import { createIdSource } from '../../main/base/ids.ts';
import { createRng } from '../../main/base/rng.ts';
import { appendPrediction, appendPredictions } from '../../main/store/ledger.ts';
import { openStore } from '../../main/store/open.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const path = join(process.argv[2] ?? '', 'augury.db');
const { db } = openStore({ path, clock, ids: createIdSource(clock, createRng(process.pid)) });
const input = (i: number) => ({ modelVersionId: 'mv', rowKey: `row ${i % 50}`, inputHash: 'h', prediction: i });

let count = Number(process.argv[3] ?? '0');
for (;;) {
  if (count % 3 === 0)
    count += appendPredictions(
      db,
      [1, 2, 3, 4].map((i) => input(count + i)),
    ).length;
  else {
    appendPrediction(db, input(count));
    count++;
  }
  process.stdout.write(`${count}\n`);
  if (count % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
}

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { storeSalesCsv } from './store-sales.ts';
import { telecomChurnCsv } from './telecom-churn.ts';

/** The seed of the shipped files; `node resources/samples/generate.ts` rewrites them byte for byte. */
export const sampleSeed = 20260;

/** The shipped samples: file name → text. */
export function buildSamples(): ReadonlyMap<string, string> {
  return new Map([
    ['telecom-churn.csv', telecomChurnCsv(sampleSeed)],
    ['store-sales.csv', storeSalesCsv(sampleSeed)],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of buildSamples()) writeFileSync(new URL(name, import.meta.url), text);
}

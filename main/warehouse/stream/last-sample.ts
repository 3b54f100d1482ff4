import { canonicalJson } from '../../base/json.ts';
import type { DialectOptions } from '../../contract/datasets.ts';
import { findStat } from '../files.ts';
import { sampleText, type TextSample } from '../import/sample-text.ts';
import { findSealed } from '../sealed-file.ts';

/**
 * Samples files to score and keeps the last one, because a job opens its source to check it, to estimate and to run. A file
 * counts as the same while size and time are, as for a job that goes on; what lies sealed is never kept.
 */
export type LastSample = (path: string, options: DialectOptions) => Promise<TextSample | null>;

/** A memory of one sample. */
export function createLastSample(): LastSample {
  let last: { readonly key: string; readonly sample: TextSample | null } | null = null;
  return async (path, options) => {
    const found = findSealed(path) === null ? await findStat(path) : null;
    const key = found === null ? null : canonicalJson([path, found.bytes, found.modifiedMs, options]);
    if (key !== null && last?.key === key) return last.sample;
    const sample = await sampleText(path, options, false, null, true);
    if (key !== null) last = { key, sample };
    return sample;
  };
}

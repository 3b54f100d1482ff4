/** Tells the formats apart by their first bytes and reads them. */
import { readCatboost } from './catboost.ts';
import { damagedFile, type ForeignModel, type ForeignOptions } from './foreign-model.ts';
import { parseLooseJson } from './json-reader.ts';
import { readLightgbm } from './lightgbm.ts';
import { decodeUtf8, parseUbjson } from './ubjson.ts';
import { readXgboost } from './xgboost.ts';

export type ForeignFormat = 'json' | 'ubjson' | 'lightgbm';

/** The format of a model file of XGBoost, LightGBM or CatBoost; null when it is none of them. */
export function foreignFormat(bytes: Uint8Array): ForeignFormat | null {
  const head = decodeUtf8(bytes.subarray(0, 64));
  if (/^tree\r?\n/.test(head)) return 'lightgbm';
  if (/^\{\s*["}]/.test(head)) return 'json';
  return /^\{[$#iUIlLN]/.test(head) ? 'ubjson' : null;
}

/**
 * Reads a model file; `text` is its content as text for the text formats. Throws data-problem `foreign-model` for what is
 * damaged and unsupported `foreign-model-unsupported` for what has no exact counterpart here.
 */
export function readForeign(
  format: ForeignFormat,
  content: { readonly bytes: Uint8Array; readonly text: () => string },
  options: ForeignOptions,
): ForeignModel {
  if (format === 'lightgbm') return readLightgbm(content.text(), options);
  if (format === 'ubjson') return readXgboost(parseUbjson(content.bytes), options);
  const value = parseLooseJson('XGBoost', content.text());
  if (typeof value === 'object' && value !== null) {
    if ('features_info' in value) return readCatboost(value, options);
    if ('learner' in value) return readXgboost(value, options);
  }
  throw damagedFile('XGBoost', 'its JSON is neither a model of XGBoost nor one of CatBoost');
}

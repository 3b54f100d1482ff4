/** Columns of a CatBoost model: numbers with their rule for missing values, categories with the texts behind the hashes. */
import { damagedFile, type ForeignFeature, type ForeignOptions } from './foreign-model.ts';
import { countOf, field, findField, itemsOf, numberOf, type Place, textOf } from './json-reader.ts';

export type CatboostFeatures = {
  readonly list: readonly ForeignFeature[];
  /** By float_feature_index. */
  readonly numeric: ReadonlyMap<number, { readonly position: number; readonly missingLeft: boolean }>;
  /** By cat_feature_index; codes by unsigned hash. */
  readonly category: ReadonlyMap<
    number,
    { readonly position: number; readonly name: string; readonly codeOfHash: ReadonlyMap<number, number> }
  >;
};

export function catboostFeatures(info: Place, options: ForeignOptions): CatboostFeatures {
  const listOf = (key: string): Place[] => {
    const found = findField(info, key);
    return found === null ? [] : itemsOf(found);
  };
  for (const key of ['text_features', 'embedding_features']) {
    if (listOf(key).length > 0) throw damagedFile('CatBoost', `it has ${key.replace('_', ' ')}, which are not read`);
  }
  const texts = new Map(
    listOf('cat_features_hash').map((entry) => [numberOf(field(entry, 'hash')) >>> 0, textOf(field(entry, 'value'))]),
  );
  const entries = [
    ...listOf('float_features').map((place) => ({ place, isCategory: false })),
    ...listOf('categorical_features').map((place) => ({ place, isCategory: true })),
  ].sort((a, b) => countOf(field(a.place, 'flat_feature_index')) - countOf(field(b.place, 'flat_feature_index')));
  const list: ForeignFeature[] = [];
  const numeric = new Map<number, { position: number; missingLeft: boolean }>();
  const category = new Map<number, { position: number; name: string; codeOfHash: ReadonlyMap<number, number> }>();
  entries.forEach(({ place, isCategory }, position) => {
    const stored = findField(place, 'feature_name') ?? findField(place, 'feature_id');
    const own = stored === null ? '' : textOf(stored);
    const name = own !== '' ? own : (options.names?.[position] ?? `f${position}`);
    const index = countOf(field(place, 'feature_index'));
    if (!isCategory) {
      const rule = findField(place, 'nan_value_treatment');
      numeric.set(index, { position, missingLeft: rule === null || textOf(rule) !== 'AsTrue' });
      list.push({ kind: 'numeric', name, integer: false });
      return;
    }
    const listed = findField(place, 'values');
    const hashes = listed === null ? [] : itemsOf(listed).map((item) => numberOf(item) >>> 0);
    const levels: string[] = [];
    const codeOfHash = new Map<number, number>();
    for (const hash of hashes) {
      const text = texts.get(hash);
      if (text === undefined || text === '') continue;
      codeOfHash.set(hash, levels.push(text) - 1);
    }
    category.set(index, { position, name, codeOfHash });
    list.push({ kind: 'category', name, levels });
  });
  return { list, numeric, category };
}

/** Levels of XGBoost's categorical features: their texts where the file keeps them (3.1 on), else the codes in use. */
import { damagedFile } from './foreign-model.ts';
import { field, findField, itemsOf, numbersOf, type Place } from './json-reader.ts';
import { decodeUtf8 } from './ubjson.ts';

export type CategoryLevels = {
  /** Per feature; null where the file names none. */
  readonly texts: readonly (readonly string[] | null)[];
  /** Per feature; −1 where no split names a code. */
  readonly largestCode: readonly number[];
};

/** Codes beyond this are no categories but a mistake. */
const maxCode = 1 << 20;

/** The part of a booster that holds the trees: DART wraps it once more. */
export const treeModel = (booster: Place): Place => {
  const wrapped = findField(booster, 'gbtree');
  return field(wrapped ?? booster, 'model');
};

export function readCategoryLevels(booster: Place, featureCount: number): CategoryLevels {
  const model = treeModel(booster);
  const largestCode = new Array<number>(featureCount).fill(-1);
  const trees = findField(model, 'trees');
  for (const tree of trees === null ? [] : itemsOf(trees)) {
    const nodes = findField(tree, 'categories_nodes');
    if (nodes === null) continue;
    const features = numbersOf(field(tree, 'split_indices'));
    const codes = numbersOf(field(tree, 'categories'));
    const starts = numbersOf(field(tree, 'categories_segments'));
    const sizes = numbersOf(field(tree, 'categories_sizes'));
    numbersOf(nodes).forEach((node, i) => {
      const feature = features[node];
      for (const code of codes.slice(starts[i], starts[i] + sizes[i])) {
        if (!Number.isInteger(code) || code < 0 || code > maxCode)
          throw damagedFile('XGBoost', `category code ${code}`);
        if (feature < featureCount) largestCode[feature] = Math.max(largestCode[feature], code);
      }
    });
  }
  const cats = findField(model, 'cats');
  const encodings = cats === null ? [] : itemsOf(field(cats, 'enc'));
  const texts = Array.from({ length: featureCount }, (_, i) => {
    const found = i < encodings.length ? textsOfEncoding(encodings[i]) : [];
    return found.length === 0 ? null : found;
  });
  return { texts, largestCode };
}

/** Text levels come as one run of UTF-8 bytes and their offsets, others as numbers. */
function textsOfEncoding(encoding: Place): string[] {
  const values = numbersOf(field(encoding, 'values'));
  const offsets = findField(encoding, 'offsets');
  if (offsets === null) return values.map(String);
  const ends = numbersOf(offsets);
  return ends.slice(1).map((end, i) => decodeUtf8(values.slice(ends[i], end).map((byte) => byte & 0xff)));
}

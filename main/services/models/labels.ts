/**
 * Labels of rows as numbers. A label the model does not know is never guessed at: it stops the evaluation with a message
 * that names it and its line, and shows the map that would settle it.
 */
import { bug, dataProblem, invalidInput } from '../../base/errors.ts';
import { findColumn } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import { mapOption } from '../predictions/check-schema.ts';

export type ReadLabels = {
  /** Class index or value by row of the frame; meaningless for rows that are not kept. */
  readonly labels: Float64Array;
  /** Rows of the frame that have a label. */
  readonly kept: Int32Array;
  readonly unlabelled: readonly { readonly line: number }[];
};

export type LabelReader = { readonly read: (block: FrameBlock) => ReadLabels };

/** Values of a regression's target, a column of the frame. */
export function readTargets(block: FrameBlock, target: string): ReadLabels {
  const column = findColumn(block.frame, target);
  if (column?.type !== 'double') throw bug(`the target ${target} was not read as a number`);
  const kept: number[] = [];
  const unlabelled: { line: number }[] = [];
  for (let row = 0; row < column.values.length; row++) {
    if (Number.isNaN(column.values[row])) unlabelled.push({ line: lineOf(block, row) });
    else kept.push(row);
  }
  return { labels: column.values, kept: Int32Array.from(kept), unlabelled };
}

/**
 * Reads the labels of a classification from the block's first kept column. `labelMap` is label in the file → label of the
 * model. Throws data-problem `unknown-label`, invalid-input for a map to an unknown class.
 */
export function createLabelReader(
  spec: Pick<ModelSpec, 'classes'>,
  column: string,
  file: string,
  labelMap: Readonly<Record<string, string>>,
): LabelReader {
  const index = new Map(spec.classes.map((label, k) => [label, k]));
  for (const [from, to] of Object.entries(labelMap)) {
    const known = index.get(to);
    if (known === undefined) {
      throw invalidInput('label-map-unknown', `--label-map ${from}=${to}: the model has no label "${to}".`, {
        hint: `Its labels are ${spec.classes.join(', ')}.`,
      });
    }
    index.set(from, known);
  }
  const numeric = spec.classes.length > 0 && spec.classes.every((label) => Number.isFinite(asNumber(label)));
  const byValue = new Map(numeric ? spec.classes.map((label, k) => [asNumber(label), k]) : []);
  const classOf = (text: string): number =>
    index.get(text) ?? index.get(text.trim()) ?? (numeric ? byValue.get(asNumber(text)) : undefined) ?? Number.NaN;
  return {
    read: (block) => {
      const texts = block.kept[0];
      const { rowCount } = block.frame;
      const labels = new Float64Array(rowCount);
      const kept: number[] = [];
      const unlabelled: { line: number }[] = [];
      for (let row = 0; row < rowCount; row++) {
        const text = texts[row];
        if (text === null || text.trim() === '') {
          unlabelled.push({ line: lineOf(block, row) });
          continue;
        }
        labels[row] = classOf(text);
        if (Number.isNaN(labels[row])) throw unknownLabel(spec, column, file, labelMap, block, row, classOf);
        kept.push(row);
      }
      return { labels, kept: Int32Array.from(kept), unlabelled };
    },
  };
}

const asNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** Line in the file; for sources without lines the 1-based number of the row. */
const lineOf = (block: FrameBlock, row: number): number =>
  block.lineOf?.[row] ?? block.firstRecord + block.recordOf[row] + 1;

function unknownLabel(
  spec: Pick<ModelSpec, 'classes'>,
  column: string,
  file: string,
  labelMap: Readonly<Record<string, string>>,
  block: FrameBlock,
  row: number,
  classOf: (text: string) => number,
): Error {
  const label = block.kept[0][row] ?? '';
  const place = `${block.lineOf === null ? 'row' : 'line'} ${lineOf(block, row)}`;
  const details = { file, row: lineOf(block, row), column };
  const unknown = [...new Set(block.kept[0])].filter(
    (text): text is string => text !== null && text.trim() !== '' && Number.isNaN(classOf(text)),
  );
  const guesses: Record<string, string> = { ...labelMap };
  for (const text of unknown) {
    const guess = guessClass(text, spec.classes);
    if (guess !== null) guesses[text] = guess;
  }
  const known = spec.classes.map((text) => `"${text}"`).join(', ');
  return dataProblem(
    'unknown-label',
    `${file}, ${place}: the label "${label}" in column "${column}" was never seen in training. The model knows ${known}.`,
    {
      hint:
        Object.keys(guesses).length > Object.keys(labelMap).length
          ? `If they mean the same, give ${mapOption('--label-map', guesses)}`
          : `Say what it means with ${mapOption('--label-map', { [label]: spec.classes[0] ?? '' })} (or another of its labels).`,
      details,
    },
  );
}

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}<>=+-]+/gu, '');

/** The one label that differs in case, spaces or punctuation only; null when none or several do. */
export function guessClass(text: string, classes: readonly string[]): string | null {
  const wanted = plain(text);
  const alike = wanted === '' ? [] : classes.filter((label) => plain(label) === wanted);
  if (alike.length === 1) return alike[0];
  const words: Readonly<Record<string, readonly string[]>> = {
    positive: ['1', 'true', 'yes', 'y', 't'],
    negative: ['0', 'false', 'no', 'n', 'f'],
  };
  for (const synonyms of Object.values(words)) {
    if (!synonyms.includes(wanted)) continue;
    const meant = classes.filter((label) => synonyms.includes(plain(label)));
    if (meant.length === 1) return meant[0];
  }
  return null;
}

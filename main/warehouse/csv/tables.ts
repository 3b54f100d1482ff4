import { hasHeader } from './header.ts';
import { looksTyped, modalWidth, type SampleRecord } from './sample.ts';

/**
 * The tables in a sample: stretches of records parted by blank lines, or where the width changes for good. A stretch of the
 * same width without a header of its own belongs to the table before it; a stretch of single cells is a title or remark.
 */
export type Block = {
  /** Records [from, to) of the sample. */
  readonly from: number;
  readonly to: number;
  readonly width: number;
};

const steady = 3;

/** Where a stretch without blank lines changes its width for good. */
function splitByWidth(records: readonly SampleRecord[], from: number, to: number): Block[] {
  const runs: { from: number; to: number; width: number }[] = [];
  for (let i = from; i < to; i++) {
    const width = records[i].texts.length;
    const last = runs.at(-1);
    if (last !== undefined && last.width === width) last.to = i + 1;
    else runs.push({ from: i, to: i + 1, width });
  }
  const blocks: { from: number; to: number; width: number }[] = [];
  for (const run of runs) {
    const last = blocks.at(-1);
    const parts =
      last !== undefined &&
      run.width > 1 &&
      run.to - run.from >= steady &&
      last.to - last.from >= steady &&
      last.width > 1 &&
      last.width !== run.width &&
      hasHeader(records.slice(run.from, run.to), 0, run.width) &&
      // A few ragged rows are no table: what follows must not fall back to the width before
      !runs.some((other) => other.from >= run.to && other.width === last.width);
    if (last === undefined || parts) blocks.push({ ...run });
    else {
      last.to = run.to;
      last.width = modalWidth(records.slice(last.from, last.to)).width;
    }
  }
  return blocks;
}

/** Stretches of the sample, tables and others. */
export function findBlocks(records: readonly SampleRecord[]): readonly Block[] {
  const stretches: Block[] = [];
  let from = 0;
  for (let i = 1; i <= records.length; i++) {
    if (i < records.length && records[i].blankBefore === 0) continue;
    stretches.push(...splitByWidth(records, from, i));
    from = i;
  }
  const blocks: Block[] = [];
  for (const block of stretches) {
    const last = blocks.at(-1);
    const same = last !== undefined && (last.width === block.width || isTable(last) !== isTable(block));
    const goesOn = last !== undefined && same && last.width === block.width && !beginsAnew(records, last, block);
    if (goesOn) blocks[blocks.length - 1] = { ...last, to: block.to };
    else blocks.push(block);
  }
  return blocks;
}

/** Whether a block of the width of the one before has names of its own. */
function beginsAnew(records: readonly SampleRecord[], before: Block, block: Block): boolean {
  const own = records.slice(block.from, block.to);
  const first = own[0].texts;
  if (first.some((text) => text.trim() !== '' && looksTyped(text))) return false;
  const repeated = records[before.from].texts.every((text, i) => text === first[i]);
  if (repeated) return true;
  // Words over typed columns; words over words say nothing
  return (
    own.length > 1 &&
    first.every((text) => text.trim() !== '') &&
    first.some((text, i) => !looksTyped(text) && own.slice(1).every(({ texts }) => looksTyped(texts[i] ?? '')))
  );
}

/** Whether a block is a table: at least two columns and two records. */
export const isTable = (block: Block): boolean => block.width > 1 && block.to - block.from > 1;

const totalWords =
  /^(grand |sub ?)?(total|totals|sum|summe|zwischensumme|gesamt|gesamtsumme|insgesamt|totale|somme|suma|totaal|razem|average|mean|mittelwert|moyenne|end of (file|report|data|list))\b/i;
const remarkWords =
  /^(source|sources|note|notes|quelle|hinweis|anmerkung|remark|\*|\(c\)|©|copyright|generated|exported|erstellt|stand|data as of|as of|page)\b/i;

/** Records at the sample's end, counted back, that are totals or remarks below the table and no rows of it. */
export function countFooter(records: readonly SampleRecord[], first: number, width: number): number {
  if (width < 2) return 0;
  const body = records.slice(first, first + 400).filter(({ texts }) => texts.length === width);
  if (body.length < 2) return 0;
  const usual = body.map(({ texts }) => texts.filter((text) => text.trim() !== '').length).sort((a, b) => a - b);
  const usualFilled = usual[Math.floor(usual.length / 2)];
  const totalsElsewhere = body.filter((record) => isTotal(record, width)).length;
  let count = 0;
  for (let i = records.length - 1; i > first + 1 && count < 40; i--) {
    const record = records[i];
    const filled = record.texts.map((text) => text.trim()).filter((text) => text !== '');
    const text = filled[0] ?? '';
    const remark =
      filled.length === 1 &&
      usualFilled > 2 &&
      (record.texts.length === 1 || record.texts.length === width) &&
      !looksTyped(text) &&
      (/\s/.test(text) || remarkWords.test(text) || totalWords.test(text));
    // Commas in a remark part it
    const spoken = record.texts.length !== width && remarkWords.test(text);
    if (!remark && !spoken && !(isTotal(record, width) && totalsElsewhere <= 2)) break;
    count++;
  }
  return count;
}

/** A record whose first word says total and that does not fill the table, or fills it with numbers. */
function isTotal({ texts }: SampleRecord, width: number): boolean {
  const filled = texts.map((text) => text.trim()).filter((text) => text !== '');
  if (!totalWords.test(filled[0] ?? '')) return false;
  return texts.length !== width || filled.slice(1).every(looksTyped);
}

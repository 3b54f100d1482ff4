import { cutSample, looksTyped, modalWidth, type SampleRecord } from './sample.ts';

/** Tables without a delimiter: columns parted by runs of blanks, or lying at fixed characters of the line. */
export type Layout = { readonly blanks: true } | { readonly fixed: readonly number[] };

const maxLines = 300;

/** Lines of the sample that may be rows: at least two words. */
function linesOf(text: string): string[] {
  return text
    .split(/\r\n|\n|\r/)
    .slice(0, maxLines)
    .filter((line) => line.trim() !== '');
}

/** Characters at which columns begin; null when the lines do not line up. */
export function fixedColumns(lines: readonly string[]): readonly number[] | null {
  if (lines.length < 3) return null;
  const chars = lines.map((line) => [...line]);
  const length = Math.max(...chars.map((line) => line.length));
  if (length > 4000 || lines.some((line) => line.includes('\t'))) return null;
  const gap = (i: number): boolean => chars.every((line) => i >= line.length || line[i] === ' ');
  const starts: number[] = [];
  for (let i = 0; i < length; i++) if (!gap(i) && (i === 0 || gap(i - 1))) starts.push(i);
  if (starts.length < 2) return null;
  // Columns that line up by chance are narrow and mostly empty
  const filled = starts.map(
    (start, c) =>
      chars.filter((line) => line.slice(start, starts[c + 1] ?? length).some((char) => char !== ' ')).length,
  );
  return filled.every((count) => count >= 0.4 * lines.length) ? [0, ...starts.slice(1)] : null;
}

const typedShare = (records: readonly SampleRecord[], column: number): number => {
  const present = records
    .slice(1)
    .map(({ texts }) => texts[column]?.trim() ?? '')
    .filter((text) => text !== '');
  return present.length === 0 ? 0 : present.filter(looksTyped).length / present.length;
};

/** How a text without delimiters is laid out; null when it is one column. */
export function findLayout(sample: Uint8Array, whole: boolean): Layout | null {
  const text = Buffer.from(sample.buffer, sample.byteOffset, Math.min(sample.length, 1 << 16)).toString('utf8');
  const lines = linesOf(whole && sample.length <= 1 << 16 ? text : text.slice(0, text.lastIndexOf('\n') + 1));
  if (lines.length < 3) return null;
  const fixed = fixedColumns(lines);
  const { records } = cutSample(sample, { delimiter: ' ', quote: '"', escape: 'doubled', blanks: true }, 500, whole);
  const { width, share } = modalWidth(records);
  const typed = (cut: readonly SampleRecord[], columns: number): number =>
    Math.max(0, ...Array.from({ length: columns }, (_, i) => typedShare(cut, i)));
  if (width > 1 && share >= 0.98 && records[0]?.texts.length === width && typed(records, width) >= 0.8) {
    if (fixed === null || fixed.length <= width) return { blanks: true };
  }
  if (fixed !== null) {
    const cut = cutSample(sample, { delimiter: ' ', quote: null, escape: 'doubled', fixed }, 500, whole).records;
    if (typed(cut, fixed.length) >= 0.8) return { fixed };
  }
  return null;
}

const marks = ['#', '//', '%', '--', '!'] as const;

/** The mark of lines that are remarks: they do not have the width of the other lines. */
export function findComment(
  records: readonly SampleRecord[],
  openingOf: (record: SampleRecord) => string,
): string | null {
  const openings = records.map(openingOf);
  for (const mark of marks) {
    const marked = records.filter((_, i) => openings[i].startsWith(mark));
    const others = records.filter((_, i) => !openings[i].startsWith(mark));
    if (marked.length === 0 || others.length < 2) continue;
    const { width } = modalWidth(others);
    const remarks = marked.filter(({ texts }) => texts.length !== width).length;
    if (width < 2 || remarks < marked.length - remarks || remarks === 0) continue;
    if (mark === '#' || (remarks < others.length && (remarks > 1 || openings[0].startsWith(mark)))) return mark;
  }
  return null;
}

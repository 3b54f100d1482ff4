import { join } from 'node:path';
import { neverStop } from '../../base/stop.ts';
import type { DialectOptions } from '../../contract/datasets.ts';
import { nameColumns } from '../csv/names.ts';
import type { CellKinds, PickOptions, Unfolded } from '../formats/types.ts';
import { unfold } from '../formats/unfold.ts';
import { allMembers } from '../formats/zip-members.ts';
import type { ColumnDecision } from '../readings/decide.ts';
import { detectSource } from '../stream/detect.ts';
import type { ReadingCode, SourceFormat } from '../types.ts';
import { planText, type TextPlan } from './plan.ts';
import { answersOf } from './recall.ts';

/** Between containers and text: how the text that came out of a container is read, and what its own types say. */

/** The part of a container that options ask for. */
export const pickOf = (options: DialectOptions): PickOptions => ({
  sheet: options.sheet,
  range: options.range,
  records: options.records,
  member: options.member,
  append: options.member === allMembers ? answersOf(options) : undefined,
  relation: options.relation ?? (options.table === undefined ? undefined : String(options.table)),
});

/** The text options that hold for the text of a container. */
function textOptions(unfolded: Unfolded, options: DialectOptions): DialectOptions {
  const { decimal, dateOrder, header, headerRows, table } = options;
  const reading = {
    ...(decimal === undefined ? {} : { decimal }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
  };
  if (unfolded.shape === 'as-is') return options;
  if (unfolded.shape !== 'grid') return { ...reading, encoding: 'utf-8' };
  return {
    ...reading,
    ...(header === undefined ? (unfolded.header === true ? { header: true } : {}) : { header }),
    ...(headerRows === undefined ? {} : { headerRows }),
    ...(table === undefined ? {} : { table }),
    encoding: 'utf-8',
    delimiter: ',',
    quote: '"',
    comment: '',
  };
}

/** Says in a format what the text was taken out of. */
export const inside = (plan: TextPlan, unfolded: Unfolded): TextPlan => ({
  ...plan,
  format: { ...plan.format, inside: unfolded.container },
  notes: [...unfolded.notes, ...plan.notes],
});

/** Plans the text of a container; null when it must be settled over all bytes as any text is. */
export async function planUnfolded(unfolded: Unfolded, options: DialectOptions): Promise<TextPlan | null> {
  if (unfolded.shape === 'as-is' || unfolded.shape === 'parquet') return null;
  if (unfolded.shape === 'table') {
    const naming = nameColumns(unfolded.names, unfolded.names.length);
    return inside(
      {
        format: {
          kind: 'csv',
          compression: 'none',
          encoding: 'utf-8',
          bom: false,
          lineEnd: 'LF',
          csv: {
            delimiter: ',',
            quote: '"',
            escape: 'doubled',
            header: true,
            preambleRecords: 0,
            width: unfolded.names.length,
          },
        },
        bomBytes: 0,
        names: naming.names,
        sourceNames: unfolded.names,
        notes: naming.notes,
        checkUtf8: false,
      },
      unfolded,
    );
  }
  const detected = await detectSource(unfolded.path, 'utf-8');
  if (detected.kind === 'parquet') return null;
  return inside(planText(detected, textOptions(unfolded, options), false), unfolded);
}

/**
 * Readings that follow from the types of cells: a text that looks like a number stays text, a number is no date and has a
 * decimal point. Null by column where the values decide. Header and titles of a grid are counted with its cells.
 */
export function typedReadings(
  kinds: readonly CellKinds[],
  decisions: readonly ColumnDecision[],
  format: SourceFormat,
): (ReadingCode | null)[] {
  const csv = format.kind === 'csv' ? format.csv : null;
  const isGrid = format.kind === 'csv' && format.inside?.kind === 'xlsx';
  const slack = isGrid && csv !== null ? csv.preambleRecords + (csv.headerRecords ?? (csv.header ? 1 : 0)) : 0;
  return decisions.map(({ type, reading, values, alternative, hinderedBy }, i) => {
    const kind = kinds[i];
    // Times of day that are typed as such
    if (
      kind !== undefined &&
      isGrid &&
      alternative === 'seconds' &&
      hinderedBy === 0 &&
      kind.text <= slack &&
      kind.other > 0
    )
      return 'seconds';
    if (kind === undefined || values === 0) return null;
    const isNumber =
      type === 'integer' || type === 'number' || reading.startsWith('epoch') || reading === 'date-compact';
    const mixed = !isGrid && kind.text > 0 && kind.number > 0;
    if (kind.text > 0 && (mixed || (kind.number <= slack && kind.other === 0)))
      return isNumber && reading !== 'seconds' ? 'text' : null;
    if (
      kind.number > 0 &&
      kind.text <= slack &&
      kind.other === 0 &&
      reading !== 'integer' &&
      reading !== 'number-point'
    )
      return reading === 'boolean' ? null : 'number-point';
    return null;
  });
}

/** What a typed reading changed, for the receipt. */
export function typedNotes(names: readonly string[], typed: readonly (ReadingCode | null)[]): readonly string[] {
  return typed.flatMap((reading, i) =>
    reading === 'text'
      ? [`Column "${names[i]}" is typed as text in the source: it stays text although its values look like numbers.`]
      : [],
  );
}

/** Opens a source for its text: the file as it stands, or what was taken out of it, sealed, into `scratchDir` (see discardSealed). */
export async function openText(
  path: string,
  options: DialectOptions,
  scratchDir: string,
  rowLimit: number | null,
): Promise<{ readonly path: string; readonly unfolded: Unfolded | null }> {
  const unfolded = await unfold({
    path,
    pick: pickOf(options),
    scratchDir: join(scratchDir, 'unfolded'),
    sealed: true,
    rowLimit,
    stop: neverStop,
  });
  return { path: unfolded?.path ?? path, unfolded };
}

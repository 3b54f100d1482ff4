import { invalidInput } from '../../base/errors.ts';
import type { Cell } from '../../contract/common.ts';
import type { Frame, RawColumn } from '../../ml/frame.ts';
import type { InputSpec } from '../../ml/model-spec.ts';
import type { ReadPackage } from '../models/package-read.ts';

/**
 * One row as typed by a person or an agent, as raw columns of the model. Numbers may be text, dates are ISO text or
 * milliseconds since 1970, an absent column is missing. Throws invalid-input naming the column and what it needs.
 */
export function rowFrame(inputs: readonly InputSpec[], row: Readonly<Record<string, Cell>>): Frame {
  const unknown = Object.keys(row).filter((name) => !inputs.some((input) => input.name === name));
  if (unknown.length > 0) {
    throw invalidInput('unknown-column', `The model has no column "${unknown[0]}".`, {
      hint: `Its columns are ${inputs.map((input) => input.name).join(', ')}.`,
      details: { columns: unknown },
    });
  }
  return { rowCount: 1, columns: inputs.map((input) => cellColumn(input, row[input.name] ?? null)) };
}

function cellColumn(input: InputSpec, cell: Cell): RawColumn {
  const { name } = input;
  if (input.type === 'string') {
    const text = cell === null || cell === '' ? null : String(cell);
    return { type: 'string', name, codes: Int32Array.of(text === null ? -1 : 0), levels: text === null ? [] : [text] };
  }
  const value = input.type === 'double' ? numberOf(name, cell) : timeOf(name, cell);
  return { type: input.type, name, values: Float64Array.of(value) };
}

function numberOf(name: string, cell: Cell): number {
  if (cell === null || (typeof cell === 'string' && cell.trim() === '')) return Number.NaN;
  const value = typeof cell === 'boolean' ? Number(cell) : Number(cell);
  if (!Number.isNaN(value)) return value;
  throw invalidInput('not-a-number', `"${name}" needs a number, got "${String(cell)}".`, {
    hint: 'Write it with a decimal point, or leave it empty if it is not known.',
    details: { column: name },
  });
}

function timeOf(name: string, cell: Cell): number {
  if (cell === null || cell === '') return Number.NaN;
  const text = String(cell);
  const ms =
    typeof cell === 'number'
      ? cell
      : Date.parse(
          /^\d{4}-\d{2}-\d{2}$/.test(text)
            ? `${text}T00:00:00Z`
            : /[zZ]|[+-]\d{2}:?\d{2}$/.test(text)
              ? text
              : `${text}Z`,
        );
  if (Number.isFinite(ms)) return ms * 1000;
  throw invalidInput('not-a-date', `"${name}" needs a date, got "${text}".`, {
    hint: 'Write it as 2026-01-31 or 2026-01-31T14:30:00.',
    details: { column: name },
  });
}

/** Remarks on a row that lies outside what the model has seen: categories, ranges. */
export function rowWarnings(content: Pick<ReadPackage, 'spec' | 'reference'>, frame: Frame): string[] {
  const warnings: string[] = [];
  for (const feature of content.spec.recipe.features) {
    const column = frame.columns.find((candidate) => candidate.name === feature.source);
    const statistics = content.reference.columns.find((candidate) => candidate.name === feature.source);
    if (column === undefined || statistics === undefined) continue;
    if (feature.kind === 'category' && column.type === 'string' && column.codes[0] >= 0) {
      const text = column.levels[column.codes[0]];
      if (!feature.levels.includes(text) && !(statistics.levels ?? []).some((level) => level.value === text)) {
        warnings.push(`${feature.source} = ${text} was never seen in training.`);
      }
    }
    if (feature.kind === 'numeric' && column.type === 'double' && statistics.quantiles !== null) {
      const value = column.values[0];
      const low = statistics.quantiles[0];
      const high = statistics.quantiles[statistics.quantiles.length - 1];
      if (value < low || value > high)
        warnings.push(`${feature.source} = ${value} lies outside the training range ${low} to ${high}.`);
    }
  }
  return warnings;
}

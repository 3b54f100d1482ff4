import { describe, expect, it } from 'vitest';
import type { InputField } from '../../../../../main/contract/models.ts';
import type { ColumnDiff } from '../../../../../main/contract/predictions.ts';
import { buildFormFields, filterFields, pickStep } from '../../../../../renderer/features/predict/form-fields.ts';
import { buildOutputName, buildOutputPath } from '../../../../../renderer/features/predict/output-name.ts';
import {
  buildRow,
  buildTypicalRow,
  changeValue,
  isKnownLevel,
  rateNumber,
  readNumber,
} from '../../../../../renderer/features/predict/row-values.ts';
import {
  assignColumn,
  buildMappingRows,
  countStates,
  listFreeColumns,
} from '../../../../../renderer/features/predict/schema-mapping.ts';
import { readScoreResult } from '../../../../../renderer/features/predict/score-result.ts';
import { buildWaterfall, hasProbabilityUnits } from '../../../../../renderer/features/predict/waterfall-steps.ts';
import { compareOutputs, pickFactors } from '../../../../../renderer/features/predict/what-if.ts';

const base: InputField = {
  name: '',
  type: 'number',
  missingShare: 0,
  importance: 0,
  levels: [],
  levelsTruncated: false,
  low: null,
  high: null,
  min: null,
  max: null,
  typical: null,
};
const inputs: InputField[] = [
  {
    ...base,
    name: 'gender',
    type: 'text',
    levels: [
      { value: 'F', share: 0.5 },
      { value: 'M', share: 0.5 },
    ],
    typical: 'M',
  },
  { ...base, name: 'tenure', type: 'integer', importance: 0.8, low: 1, high: 72, min: 0, max: 72, typical: 29 },
  { ...base, name: 'charges', importance: 0.4, low: 19.2, high: 114.7, min: 18, max: 118, typical: 70.35 },
  { ...base, name: 'vip', type: 'boolean', typical: 'false' },
  { ...base, name: 'since', type: 'datetime', typical: '2024-01-01T00:00:00Z' },
  { ...base, name: 'note', type: 'text', typical: null },
];
const fields = buildFormFields(inputs);
const byName = (name: string) => {
  const found = fields.find((field) => field.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('prediction form', () => {
  it('gives each column type its control, what matters most first', () => {
    expect(fields.map((field) => [field.name, field.control.kind, field.idle])).toEqual([
      ['tenure', 'number', false],
      ['charges', 'number', false],
      ['gender', 'select', true],
      ['vip', 'select', true],
      ['since', 'date', true],
      ['note', 'text', true],
    ]);
    expect(byName('vip').control).toMatchObject({ open: false });
    expect(byName('gender').control).toMatchObject({ open: true });
    expect(filterFields(fields, ' CHAR ').map((field) => field.name)).toEqual(['charges']);
  });
  it('steps by a hundredth of the range, rounded', () => {
    expect(pickStep(1, 72, true)).toBe(1);
    expect(pickStep(0, 100_000, true)).toBe(1000);
    expect(pickStep(19.2, 114.7, false)).toBe(1);
    expect(pickStep(0, 1, false)).toBe(0.01);
    expect(pickStep(null, null, false)).toBe(0.1);
  });
});

describe('row of the form', () => {
  it('starts typical and keeps only what differs', () => {
    const tenure = byName('tenure');
    const changed = changeValue({}, tenure, 3);
    expect(changed).toEqual({ tenure: 3 });
    expect(buildRow(fields, { ...changed, stranger: 1 })).toEqual({ ...buildTypicalRow(fields), tenure: 3 });
    expect(changeValue(changed, tenure, 29)).toEqual({});
    expect(changeValue(changed, tenure, null)).toEqual({ tenure: null });
  });
  it('reads numbers with comma or point, and empty as missing', () => {
    expect(readNumber('1,5', false)).toEqual({ value: 1.5 });
    expect(readNumber(' ', true)).toEqual({ value: null });
    expect(readNumber('1.5', true)).toEqual({ problem: 'not-whole' });
    expect(readNumber('ten', false)).toEqual({ problem: 'not-a-number' });
  });
  it('rates values against training', () => {
    expect([29, 72, 0, -1, 900].map((value) => rateNumber(byName('tenure'), value))).toEqual([
      'usual',
      'usual',
      'rare',
      'unseen',
      'unseen',
    ]);
    expect(isKnownLevel(byName('gender'), 'X')).toBe(false);
    expect(isKnownLevel(byName('gender'), null)).toBe(true);
  });
});

describe('F7 what-if', () => {
  const contribution = (column: string, amount: number) => ({ column, value: 1, contribution: amount });
  it('offers the strongest factors that have a scale, sliders wide enough for the current value', () => {
    const factors = pickFactors(
      {
        contributions: [
          contribution('since', 3),
          contribution('tenure', -2),
          contribution('charges', 0.5),
          contribution('gender', 1),
        ],
      },
      fields,
      { tenure: 200, charges: 50 },
      2,
    );
    expect(factors.map((factor) => factor.field.name)).toEqual(['tenure', 'gender']);
    expect(factors[0]?.slider).toEqual({ min: 1, max: 200, step: 1 });
    expect(factors[1]?.levels).toEqual(['F', 'M']);
  });
  it('keeps a turned column in view however weak it is', () => {
    const contributions = [contribution('tenure', 2), contribution('charges', 0.1)];
    const factors = pickFactors({ contributions }, fields, { tenure: 3, charges: 50 }, 1, ['charges']);
    expect(factors.map((factor) => factor.field.name)).toEqual(['tenure', 'charges']);
  });
  it('compares probability, or the value where there is none', () => {
    expect(
      compareOutputs({ prediction: 'Yes', probability: 0.62 }, { prediction: 'No', probability: 0.31 }),
    ).toMatchObject({ was: 0.62, now: 0.31 });
    expect(
      compareOutputs({ prediction: 10, probability: null }, { prediction: 12, probability: null })?.difference,
    ).toBe(2);
    expect(compareOutputs(null, { prediction: 12, probability: null })).toBeNull();
  });
});

describe('waterfall', () => {
  const prediction = {
    units: 'log-odds' as const,
    baseValue: -1,
    baseProbability: 0.27,
    contributions: [{ column: 'tenure', value: 3, contribution: 2 }],
    probabilityContributions: [{ column: 'tenure', value: 3, contribution: 0.46 }],
  };
  const label = (column: string, value: unknown) => `${column} = ${value}`;
  it('runs from the base to the output in the units asked for', () => {
    expect(buildWaterfall(prediction, 'margin', label)).toEqual({
      base: -1,
      output: 1,
      units: 'log-odds',
      steps: [{ label: 'tenure = 3', contribution: 2 }],
    });
    expect(buildWaterfall(prediction, 'probability', label)).toMatchObject({ base: 0.27, units: 'probability' });
  });
  it('stays in the margin where there is no rescaling', () => {
    const plain = { ...prediction, units: 'target' as const, probabilityContributions: null, baseProbability: null };
    expect(hasProbabilityUnits(plain)).toBe(false);
    expect(buildWaterfall(plain, 'probability', label).units).toBe('target');
  });
});

describe('files of scoring', () => {
  it('names the output after the input', () => {
    expect(buildOutputName('customers.csv.gz', 'parquet')).toBe('customers-predictions.parquet');
    expect(buildOutputName('customers.xlsx', 'xlsx')).toBe('customers-predictions.xlsx');
    expect(buildOutputName('', 'csv')).toBe('rows-predictions.csv');
    expect(buildOutputPath('C:\\data\\new.csv', 'jsonl')).toBe('C:\\data\\new-predictions.jsonl');
    expect(buildOutputPath('/tmp/a.b/new.csv', 'csv')).toBe('/tmp/a.b/new-predictions.csv');
  });
  it('reads a result without trusting its shape', () => {
    expect(
      readScoreResult({ rows: 10, rejected: { rows: 2 }, rowsPerSecond: 5, unseen: [{ column: 'a', count: 3 }] }),
    ).toEqual({
      rows: 10,
      rejected: 2,
      rowsPerSecond: 5,
      file: null,
      unseen: [{ column: 'a', count: 3 }],
    });
    expect(readScoreResult({ unseen: { a: 2, b: 0, c: 'x' }, output: 'f.csv', rejected: 1 })).toMatchObject({
      rejected: 1,
      file: 'f.csv',
      unseen: [{ column: 'a', count: 2 }],
    });
    expect(readScoreResult(null)).toMatchObject({ rows: 0, rejected: 0 });
  });
});

describe('F4 schema mapping', () => {
  const diff = (column: string, state: ColumnDiff['state'], suggestion: string | null = null): ColumnDiff => ({
    column,
    state,
    expected: 'number',
    found: null,
    suggestion,
    reason: '',
  });
  const columns = [
    diff('a', 'ok'),
    diff('Tenure_m', 'extra'),
    diff('tenure', 'missing', 'Tenure_m'),
    diff('b', 'retyped'),
    diff('c', 'mapped'),
  ];
  it('puts what needs a decision first and shows which file column stands for which', () => {
    const rows = buildMappingRows(columns, { C_old: 'c' });
    expect(rows.map((row) => row.column)).toEqual(['tenure', 'b', 'c', 'a', 'Tenure_m']);
    expect(rows[2]?.mappedFrom).toBe('C_old');
    expect(listFreeColumns(columns, { C_old: 'c' })).toEqual(['C_old', 'Tenure_m']);
    expect(countStates(columns)).toEqual({ ok: 1, missing: 1, extra: 1, retyped: 1, mapped: 1 });
  });
  it('lets one file column stand for one model column', () => {
    const map = assignColumn({ x: 'tenure', y: 'b' }, 'tenure', 'y');
    expect(map).toEqual({ y: 'tenure' });
    expect(assignColumn(map, 'tenure', null)).toEqual({});
  });
});

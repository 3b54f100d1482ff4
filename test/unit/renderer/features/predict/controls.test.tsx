// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { type ReactNode, useState } from 'react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../../../../main/contract/common.ts';
import type { ColumnDiff } from '../../../../../main/contract/predictions.ts';
import { FieldInput } from '../../../../../renderer/features/predict/field-input.tsx';
import { buildFormFields, type FormField } from '../../../../../renderer/features/predict/form-fields.ts';
import { MappingTable } from '../../../../../renderer/features/predict/mapping-table.tsx';
import type { ColumnMap } from '../../../../../renderer/features/predict/schema-mapping.ts';
import { prepareDom } from '../../ui/dom.ts';

const base = {
  missingShare: 0,
  importance: 1,
  levels: [],
  levelsTruncated: false,
  low: null,
  high: null,
  min: null,
  max: null,
  typical: null,
};

function fieldOf(input: Parameters<typeof buildFormFields>[0][number]): FormField {
  const [field] = buildFormFields([input]);
  if (field === undefined) throw new Error('no field');
  return field;
}

const tenure = fieldOf({ ...base, name: 'tenure', type: 'integer', low: 1, high: 72, min: 0, max: 72, typical: 29 });
const levels = [
  { value: 'Fibre', share: 0.6 },
  { value: 'DSL', share: 0.4 },
];
const internet = fieldOf({ ...base, name: 'internet', type: 'text', levels, typical: 'DSL' });

function Field(props: { readonly field: FormField; readonly start: Cell; readonly seen: (value: Cell) => void }) {
  const [value, setValue] = useState<Cell>(props.start);
  const change = (next: Cell) => {
    props.seen(next);
    setValue(next);
  };
  return <FieldInput field={props.field} value={value} onChange={change} />;
}

const show = (node: ReactNode) => render(<MantineProvider env="test">{node}</MantineProvider>);

beforeAll(prepareDom);
afterEach(cleanup);

describe('controls of the prediction form', () => {
  it('steps numbers with the arrow keys and says when a value leaves the training range', () => {
    const seen: Cell[] = [];
    show(<Field field={tenure} start={72} seen={(value) => seen.push(value)} />);
    const box = screen.getByLabelText('tenure');
    expect(screen.getByText('usually 1 to 72')).toBeTruthy();
    fireEvent.keyDown(box, { key: 'ArrowUp' });
    expect(seen).toEqual([73]);
    expect(screen.getByText(/beyond anything in training/)).toBeTruthy();
  });

  it('keeps the last readable value while the text does not read, and takes empty as missing', () => {
    const seen: Cell[] = [];
    show(<Field field={tenure} start={29} seen={(value) => seen.push(value)} />);
    const box = screen.getByLabelText('tenure');
    fireEvent.change(box, { target: { value: '3x' } });
    expect(seen).toEqual([]);
    expect(screen.getByText('Write a number.')).toBeTruthy();
    fireEvent.change(box, { target: { value: '' } });
    expect(seen).toEqual([null]);
    expect(screen.getByText('missing')).toBeTruthy();
  });

  it('takes a level that was not seen in training, and says so', () => {
    const seen: Cell[] = [];
    show(<Field field={internet} start="DSL" seen={(value) => seen.push(value)} />);
    fireEvent.change(screen.getByRole('combobox', { name: 'internet' }), { target: { value: 'Satellite' } });
    expect(seen).toEqual(['Satellite']);
    expect(screen.getByText('not seen in training')).toBeTruthy();
  });
});

describe('F4 the mapping of a file', () => {
  const columns: ColumnDiff[] = [
    { column: 'tenure', state: 'missing', expected: 'integer', found: null, suggestion: 'Tenure m', reason: 'gone' },
    { column: 'Tenure m', state: 'extra', expected: null, found: 'integer', suggestion: null, reason: 'unused' },
    { column: 'charges', state: 'ok', expected: 'number', found: 'number', suggestion: null, reason: '' },
  ];
  it('shows what differs, and takes suggestions only when asked', () => {
    const maps: ColumnMap[] = [];
    show(
      <MappingTable
        columns={columns}
        map={{}}
        suggested={{ 'Tenure m': 'tenure' }}
        message="does not fit"
        ok={false}
        onMap={(map) => maps.push(map)}
      />,
    );
    const table = screen.getByRole('table');
    expect(within(table).queryByTitle('charges')).toBeNull();
    expect(maps).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Use all suggestions' }));
    expect(maps).toEqual([{ 'Tenure m': 'tenure' }]);
    fireEvent.click(screen.getByRole('button', { name: 'Show all 3 columns' }));
    expect(within(table).getByTitle('charges')).toBeTruthy();
  });
});

// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { type ReactNode, useState } from 'react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DataTable, type Sort, sortRows, type TableColumn } from '../../../../renderer/ui/data-table.tsx';
import { MiddleTruncate } from '../../../../renderer/ui/middle-truncate.tsx';
import { EstimateText } from '../../../../renderer/ui/stat.tsx';
import { EmptyState, ErrorState, problemText } from '../../../../renderer/ui/states.tsx';
import { prepareDom } from './dom.ts';

type Row = { readonly id: string; readonly rows: number | null };
const rows: readonly Row[] = [
  { id: 'b', rows: 20 },
  { id: 'a', rows: null },
  { id: 'c', rows: 3 },
];
const columns: readonly TableColumn<Row>[] = [
  { key: 'id', header: 'Name', render: (row) => row.id, sortValue: (row) => row.id },
  { key: 'rows', header: 'Rows', right: true, render: (row) => row.rows ?? '–', sortValue: (row) => row.rows },
];

function Sorted() {
  const [sort, setSort] = useState<Sort | null>(null);
  return <DataTable label="List" columns={columns} rows={rows} rowKey={(row) => row.id} sort={sort} onSort={setSort} />;
}

const show = (node: ReactNode) => render(<MantineProvider env="test">{node}</MantineProvider>);

beforeAll(prepareDom);
afterEach(cleanup);

describe('P2 the compact table', () => {
  it('sorts numbers as numbers and keeps missing values last in both directions', () => {
    const ids = (sort: Sort | null) => sortRows(rows, columns, sort).map((row) => row.id);
    expect(ids(null)).toEqual(['b', 'a', 'c']);
    expect(ids({ key: 'rows', descending: false })).toEqual(['c', 'b', 'a']);
    expect(ids({ key: 'rows', descending: true })).toEqual(['b', 'c', 'a']);
  });

  it('opens a row with Enter and moves with the arrows', () => {
    const opened: string[] = [];
    show(
      <DataTable
        label="List"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        onRow={(row) => opened.push(row.id)}
      />,
    );
    const lines = within(screen.getByRole('region', { name: 'List' }))
      .getAllByRole('row')
      .slice(1);
    lines[0]?.focus();
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(lines[1]);
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Enter' });
    expect(opened).toEqual(['a']);
  });

  it('tells in words how it is sorted', () => {
    show(<Sorted />);
    fireEvent.click(screen.getByRole('button', { name: 'Rows' }));
    expect(screen.getByLabelText('sorted, highest first')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: /^Rows/ }));
    expect(screen.getByLabelText('sorted, lowest first')).toBeTruthy();
  });
});

describe('P2 states and texts', () => {
  it('keeps the whole of a truncated name and both its ends', () => {
    show(<MiddleTruncate text="customers_2024_final_final.csv" tail={10} />);
    const element = screen.getByTitle('customers_2024_final_final.csv');
    const [whole, start, end] = element.children;
    expect(whole?.textContent).toBe('customers_2024_final_final.csv');
    expect([start, end].map((part) => part?.getAttribute('aria-hidden'))).toEqual(['true', 'true']);
    expect([start?.textContent, end?.textContent]).toEqual(['customers_2024_final', '_final.csv']);
  });

  it('shows an estimate with its uncertainty', () => {
    show(<EstimateText estimate={{ value: 0.8489, low: 0.839, high: 0.859 }} />);
    expect(document.body.textContent).toContain('0.849 ± 0.010');
  });

  it('says what happened, what to do, and gives details to copy', () => {
    const problem = { message: 'What', hint: 'Do', code: 'c', family: 'f', details: { row: '3' }, connection: false };
    expect(problemText(problem)).toBe('What\nDo\nf/c\nrow: 3');
    show(<ErrorState error={new Error('It broke')} onRetry={() => undefined} />);
    expect(screen.getByRole('alert').textContent).toContain('It broke');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it('gives an empty view a way on', () => {
    show(<EmptyState title="No data" text="Bring some" actions={<button type="button">Import</button>} />);
    expect(screen.getByRole('button', { name: 'Import' })).toBeTruthy();
  });
});

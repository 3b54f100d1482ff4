import { Button, CloseButton, Popover, Select, TextInput } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { GridFilter } from '../../../main/contract/cleaning.ts';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { SearchBox } from '../../ui/fields.tsx';
import classes from './grid.module.css';
import { buildFilter, needsValue, operatorsFor, readSort } from './grid-query.ts';
import { gridMessages } from './messages.ts';
import type { DatasetSearch } from './search.ts';

const words = {
  equals: 'op_equals',
  'not-equals': 'op_notEquals',
  contains: 'op_contains',
  less: 'op_less',
  'at-most': 'op_atMost',
  greater: 'op_greater',
  'at-least': 'op_atLeast',
  missing: 'op_missing',
  present: 'op_present',
} as const satisfies Record<GridFilter['op'], string>;

function FilterForm(props: { readonly dataset: DatasetDetail; readonly onFilter: (filter: GridFilter) => void }) {
  const t = useMessages(gridMessages);
  const { schema } = props.dataset;
  const [column, setColumn] = useState(schema[0]?.name ?? '');
  const type = schema.find((each) => each.name === column)?.type ?? 'text';
  const operators = operatorsFor(type);
  const [chosen, setOp] = useState<GridFilter['op']>('contains');
  const op = operators.includes(chosen) ? chosen : (operators[0] ?? 'equals');
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = () => {
    const filter = buildFilter(column, type, op, type === 'boolean' && text === '' ? 'true' : text);
    setWrong(filter === null);
    if (filter !== null) props.onFilter(filter);
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Select
        data-autofocus
        label={t('filterColumn')}
        searchable
        data={schema.map((each) => each.name)}
        value={column}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) => setColumn(value ?? column)}
      />
      <Select
        label={t('filterOp')}
        data={operators.map((value) => ({ value, label: t(words[value]) }))}
        value={op}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) => setOp(operators.find((each) => each === value) ?? op)}
      />
      {!needsValue(op) ? null : type === 'boolean' ? (
        <Select
          label={t('filterValue')}
          data={['true', 'false']}
          value={text === '' ? 'true' : text}
          comboboxProps={{ withinPortal: false }}
          onChange={(value) => setText(value ?? 'true')}
        />
      ) : (
        <TextInput
          label={t('filterValue')}
          value={text}
          error={wrong ? t('valueNumber') : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <Button type="submit">{t('filterApply')}</Button>
    </form>
  );
}

/** Search, filters and sorting of the grid as they stand in the address, and how many rows they leave. */
export function GridToolbar(props: {
  readonly dataset: DatasetDetail;
  readonly search: DatasetSearch;
  readonly found: { readonly total: number; readonly seconds: number } | null;
  readonly onChange: (next: Partial<DatasetSearch>) => void;
}) {
  const t = useMessages(gridMessages);
  const format = useFormat();
  const { dataset, search, found, onChange } = props;
  const [adding, setAdding] = useState(false);
  const filters = search.filters ?? [];
  const sorts = (search.sort ?? []).map(readSort);
  const setFilters = (next: readonly GridFilter[]) =>
    onChange({ filters: next.length > 0 ? next : undefined, row: undefined });
  const chip = (filter: GridFilter) => {
    const value = typeof filter.value === 'number' ? format.plain(filter.value) : String(filter.value ?? '');
    return `${filter.column} ${t(words[filter.op])} ${value}`.trim();
  };
  const narrowed = filters.length > 0 || search.q !== undefined;
  const count =
    found === null
      ? ''
      : narrowed
        ? t('found', { count: format.integer(found.total), total: format.integer(dataset.rows) })
        : t('all', { total: format.integer(found.total) });
  return (
    <div className={classes.toolbar}>
      <SearchBox
        value={search.q ?? ''}
        label={t('search')}
        onChange={(q) => onChange({ q: q === '' ? undefined : q, row: undefined })}
      />
      <Popover opened={adding} onChange={setAdding} position="bottom-start" width={280} trapFocus>
        <Popover.Target>
          <Button variant="default" leftSection={<IconFilterPlus size={15} />} onClick={() => setAdding(!adding)}>
            {t('addFilter')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <FilterForm
            dataset={dataset}
            onFilter={(filter) => {
              setAdding(false);
              setFilters([...filters, filter]);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {filters.map((filter, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: equal filters may stand side by side
        <span key={index} className={classes.chip}>
          {chip(filter)}
          <CloseButton
            size="xs"
            aria-label={t('filterRemove', { filter: chip(filter) })}
            onClick={() => setFilters(filters.filter((_, place) => place !== index))}
          />
        </span>
      ))}
      {sorts.length === 0 ? null : (
        <span className={classes.chip}>
          {t('sortedBy', { columns: sorts.map((sort) => `${sort.column} ${sort.descending ? '↓' : '↑'}`).join(', ') })}
          <CloseButton
            size="xs"
            aria-label={t('unsort')}
            onClick={() => onChange({ sort: undefined, row: undefined })}
          />
        </span>
      )}
      <span
        className={classes.count}
        role="status"
        title={found === null ? '' : t('took', { time: format.duration(found.seconds) })}
      >
        {count}
      </span>
    </div>
  );
}

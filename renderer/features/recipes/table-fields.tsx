/** A table of a feature set: which data set, when its rows happened and arrived, and which columns come late. */
import { Checkbox, MultiSelect, Select, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { LagsFields } from './lags-fields.tsx';
import { recipesMessages } from './messages.ts';
import classes from './recipes.module.css';
import { emptyTable, type TableDraft } from './set-draft.ts';
import { setMessages } from './set-messages.ts';
import { type SetColumns, timesOf } from './use-set-columns.ts';

export function TableFields(props: {
  readonly table: TableDraft;
  readonly columns: SetColumns;
  readonly datasets: readonly { readonly id: string; readonly name: string }[];
  /** Whether the table may be one without times. */
  readonly timeless?: boolean;
  /** Fields of the key, which differ between the rows and other tables. */
  readonly keys: ReactNode;
  readonly onChange: (table: TableDraft) => void;
}) {
  const t = useMessages(recipesMessages);
  const set = useMessages(setMessages);
  const { table, columns, onChange, timeless = false } = props;
  const times = timesOf(columns);
  return (
    <Stack gap="sm">
      <Select
        label={t('dataset')}
        data={props.datasets.map(({ id, name }) => ({ value: id, label: name }))}
        value={table.datasetId === '' ? null : table.datasetId}
        searchable
        allowDeselect={false}
        onChange={(value) => onChange({ ...emptyTable, key: table.key.map(() => ''), datasetId: value ?? '' })}
      />
      <Select
        label={t('time')}
        {...(timeless ? { description: set('timeHint'), placeholder: set('alwaysKnown'), clearable: true } : {})}
        data={times}
        value={table.time}
        allowDeselect={timeless}
        onChange={(time) => onChange({ ...table, time })}
      />
      {props.keys}
      {table.time === null ? null : (
        <>
          <Select
            label={t('arrived')}
            description={t('arrivedHint')}
            placeholder={t('none')}
            data={times.filter((name) => name !== table.time)}
            value={table.known}
            clearable
            onChange={(known) => onChange({ ...table, known })}
          />
          <Checkbox
            label={set('sinceImport')}
            checked={table.sinceImport}
            onChange={(event) => onChange({ ...table, sinceImport: event.currentTarget.checked })}
          />
          {table.sinceImport ? <Notice tone="warn">{set('sinceImportWarning')}</Notice> : null}
          <div>
            <p className={classes.hint}>{t('lagsHint')}</p>
            <LagsFields
              lags={table.lags}
              columns={columns.map(({ name }) => name)}
              onChange={(lags) => onChange({ ...table, lags })}
            />
          </div>
        </>
      )}
    </Stack>
  );
}

/** The columns that say which thing a row is about. */
export function KeyField(props: {
  readonly value: readonly string[];
  readonly columns: SetColumns;
  readonly onChange: (key: readonly string[]) => void;
}) {
  const t = useMessages(recipesMessages);
  return (
    <MultiSelect
      label={t('key')}
      description={t('keyHint')}
      data={props.columns.map(({ name }) => name)}
      value={[...props.value]}
      searchable
      onChange={props.onChange}
    />
  );
}

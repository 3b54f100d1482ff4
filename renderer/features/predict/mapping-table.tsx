/** The file's columns against the model's: what was found, what is missing, what stands for what. */
import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { ColumnDiff } from '../../../main/contract/predictions.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Badge, Notice } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { predictMessages } from './messages.ts';
import classes from './predict.module.css';
import {
  assignColumn,
  buildMappingRows,
  type ColumnMap,
  countStates,
  listFreeColumns,
  type MappingRow,
} from './schema-mapping.ts';

const looks = {
  ok: ['good', 'stateOk'],
  missing: ['bad', 'stateMissing'],
  extra: ['neutral', 'stateExtra'],
  retyped: ['warn', 'stateRetyped'],
  mapped: ['info', 'stateMapped'],
} as const;

type Props = {
  readonly columns: readonly ColumnDiff[];
  readonly map: ColumnMap;
  readonly suggested: ColumnMap;
  readonly message: string;
  readonly ok: boolean;
  readonly onMap: (map: ColumnMap) => void;
};

/** The diff with its editable map. */
export function MappingTable(props: Props) {
  const t = useMessages(predictMessages);
  const { columns, map, suggested, onMap } = props;
  const counts = countStates(columns);
  const rows = buildMappingRows(columns, map);
  const differing = rows.filter((row) => row.state !== 'ok');
  const [all, setAll] = useState(false);
  const shown = all ? rows : differing;
  const open = Object.entries(suggested).filter(([from, to]) => map[from] !== to);
  const hint =
    counts.missing + counts.retyped + counts.extra === 0
      ? t('mappingOk', { count: counts.ok })
      : t('mappingFound', counts);
  return (
    <Section title={t('mapping')} hint={hint}>
      {props.ok && open.length === 0 ? null : (
        <div className={classes.message}>
          <Notice
            tone={props.ok ? 'info' : 'warn'}
            actions={
              open.length === 0 ? null : (
                <Button size="xs" onClick={() => onMap({ ...map, ...suggested })}>
                  {t('mappingUseAll')}
                </Button>
              )
            }
          >
            <span className={classes.lines}>{props.message}</span>
          </Notice>
        </div>
      )}
      {shown.length === 0 ? null : <DiffTable {...props} rows={shown} />}
      {differing.length === rows.length ? null : (
        <Button mt={8} size="xs" variant="subtle" color="gray" onClick={() => setAll(!all)}>
          {all ? t('mappingShowFewer') : t('mappingShowAll', { count: rows.length })}
        </Button>
      )}
    </Section>
  );
}

function DiffTable(props: Props & { readonly rows: readonly MappingRow[] }) {
  const t = useMessages(predictMessages);
  const { columns, map, onMap } = props;
  const free = listFreeColumns(columns, map);
  const table: readonly TableColumn<MappingRow>[] = [
    { key: 'column', header: t('mappingColumn'), render: (row) => <MiddleTruncate text={row.column} /> },
    { key: 'expected', header: t('mappingExpected'), render: (row) => row.expected ?? '–' },
    { key: 'found', header: t('mappingFoundType'), render: (row) => row.found ?? '–' },
    {
      key: 'from',
      header: t('mappingFrom'),
      width: 260,
      render: (row) => <From row={row} free={free} onPick={(from) => onMap(assignColumn(map, row.column, from))} />,
    },
    {
      key: 'state',
      header: t('mappingState'),
      wrap: true,
      render: (row) => {
        const [tone, word] = looks[row.state];
        return (
          <>
            <Badge tone={tone}>{t(word)}</Badge> <span className={classes.dimmed}>{row.reason}</span>
          </>
        );
      },
    },
  ];
  return (
    <DataTable label={t('mapping')} columns={table} rows={props.rows} rowKey={(row) => row.column} maxHeight={360} />
  );
}

function From(props: {
  readonly row: MappingRow;
  readonly free: readonly string[];
  readonly onPick: (fileColumn: string | null) => void;
}) {
  const t = useMessages(predictMessages);
  const { row, free, onPick } = props;
  if (row.state === 'extra') return '–';
  if (row.state === 'ok' || (row.state === 'retyped' && row.mappedFrom === null)) return t('mappingSame');
  if (free.length === 0) return '–';
  const { suggestion } = row;
  return (
    <Select
      size="xs"
      aria-label={t('mappingChoose', { column: row.column })}
      data={[...free]}
      value={row.mappedFrom}
      placeholder={suggestion === null ? t('mappingNone') : t('mappingSuggestion', { column: suggestion })}
      clearable
      searchable
      onChange={onPick}
    />
  );
}

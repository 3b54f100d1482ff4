/** Findings before training: about the table as a whole, then the columns that need a look, each with a switch. */
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import type { TrainingPlan } from '../../../main/contract/models.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Badge, Notice, SeverityBadge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { buildColumnChoices, type ColumnChoice, listGeneralFindings, switchColumn } from './column-choices.ts';
import { trainMessages } from './messages.ts';
import type { TrainSetup } from './setup.ts';
import classes from './train.module.css';

const tone = { info: 'info', warn: 'warn', block: 'bad' } as const;

/** What was found, and what is left out. */
export function BeforeStart(props: {
  readonly setup: TrainSetup;
  readonly onChange: (setup: TrainSetup) => void;
  readonly plan: TrainingPlan;
}) {
  const t = useMessages(trainMessages);
  const { setup, onChange, plan } = props;
  const [all, setAll] = useState(false);
  const choices = buildColumnChoices(plan, setup);
  const telling = choices.filter((choice) => choice.severity !== 'none' || choice.decidedBy === 'user');
  const shown = all ? choices : telling;
  const general = listGeneralFindings(plan);
  const hint = telling.length === 0 ? t('beforeClean') : t('beforeFound', { count: telling.length });
  return (
    <Section title={t('before')} hint={hint} plain>
      {general.length === 0 ? null : (
        <div className={classes.findings}>
          {general.map((finding) => (
            <Notice key={`${finding.kind}-${finding.message}`} tone={tone[finding.severity]}>
              {finding.message}
            </Notice>
          ))}
        </div>
      )}
      {shown.length === 0 ? null : (
        <ColumnsTable choices={shown} onSwitch={(column, used) => onChange(switchColumn(plan, setup, column, used))} />
      )}
      {choices.length === telling.length ? null : (
        <Button className={classes.more ?? ''} size="xs" variant="subtle" color="gray" onClick={() => setAll(!all)}>
          {all ? t('columnsFewer') : t('columnsAll', { count: choices.length })}
        </Button>
      )}
    </Section>
  );
}

function ColumnsTable(props: {
  readonly choices: readonly ColumnChoice[];
  readonly onSwitch: (column: string, used: boolean) => void;
}) {
  const t = useMessages(trainMessages);
  const columns: readonly TableColumn<ColumnChoice>[] = [
    {
      key: 'column',
      header: t('column'),
      width: '34%',
      render: (row) => (
        <span className={classes.columnName}>
          <MiddleTruncate text={row.column} />
          <span className={classes.columnType}>{row.type ?? t('columnNotType')}</span>
        </span>
      ),
    },
    { key: 'why', header: t('columnWhy'), wrap: true, render: (row) => <Why row={row} /> },
    {
      key: 'use',
      header: t('columnUse'),
      right: true,
      width: 56,
      render: (row) => (
        <Switch
          size="xs"
          checked={row.used}
          aria-label={t('columnUseLabel', { column: row.column })}
          onChange={(event) => props.onSwitch(row.column, event.currentTarget.checked)}
        />
      ),
    },
  ];
  return (
    <DataTable
      label={t('columnsTable')}
      columns={columns}
      rows={props.choices}
      rowKey={(row) => row.column}
      maxHeight={440}
    />
  );
}

function Why(props: { readonly row: ColumnChoice }) {
  const t = useMessages(trainMessages);
  const { row } = props;
  return (
    <span className={classes.why}>
      {row.severity === 'none' ? null : <SeverityBadge severity={row.severity} />}
      {row.decidedBy === 'user' ? <Badge tone="neutral">{t('columnUsedBy')}</Badge> : null}
      <span className={classes.whyText}>{row.reason === '' ? t('columnFine') : row.reason}</span>
    </span>
  );
}

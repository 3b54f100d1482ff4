import { Anchor, Button } from '@mantine/core';
import type { CleaningStep } from '../../../main/contract/cleaning.ts';
import type { Finding } from '../../../main/contract/datasets.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import classes from './quality.module.css';
import { qualityMessages } from './quality-messages.ts';

/** Example rows shown as links. */
const shownRows = 4;

/** What a finding leads to. */
export type FindingActions = {
  readonly onColumn: (column: string) => void;
  readonly onRow: (row: number) => void;
  /** Null where the version cannot be cleaned. */
  readonly onFix: ((steps: readonly CleaningStep[]) => void) | null;
};

/** Findings of one severity: where, what, example rows that open in the grid, and the way to mend it. */
export function FindingsGroup(props: {
  readonly severity: Finding['severity'];
  readonly findings: readonly Finding[];
  readonly actions: FindingActions;
}) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const { actions, findings } = props;
  if (findings.length === 0) return null;
  const columns: readonly TableColumn<Finding>[] = [
    {
      key: 'column',
      header: t('column'),
      width: 170,
      render: ({ column }) =>
        column === null ? (
          t('wholeTable')
        ) : (
          <Anchor component="button" type="button" inherit onClick={() => actions.onColumn(column)}>
            {column}
          </Anchor>
        ),
    },
    { key: 'message', header: t('finding'), wrap: true, render: (finding) => finding.message },
    { key: 'kind', header: t('kind'), width: 140, render: (finding) => <span className="mono">{finding.kind}</span> },
    {
      key: 'count',
      header: t('count'),
      right: true,
      width: 80,
      render: (finding) => (finding.count === null ? '–' : format.integer(finding.count)),
    },
    {
      key: 'rows',
      header: t('rows'),
      width: 170,
      render: (finding) => (
        <span className={classes.links}>
          {(finding.rows ?? []).slice(0, shownRows).map((row) => (
            <Anchor
              key={row}
              component="button"
              type="button"
              inherit
              aria-label={t('openRow', { row: format.integer(row + 1) })}
              onClick={() => actions.onRow(row)}
            >
              {format.integer(row + 1)}
            </Anchor>
          ))}
        </span>
      ),
    },
    {
      key: 'fix',
      header: t('fix'),
      width: 210,
      render: ({ fix, kind, column }) =>
        fix === undefined || actions.onFix === null ? (
          '–'
        ) : (
          <Button
            size="compact-xs"
            variant="default"
            title={fix.text}
            aria-label={`${fix.text}: ${t('fixFor', { kind, column: column ?? t('wholeTable') })}`}
            onClick={() => actions.onFix?.(fix.steps)}
          >
            {fix.text.length > 30 ? `${fix.text.slice(0, 29)}…` : fix.text}
          </Button>
        ),
    },
  ];
  return (
    <Section title={t(`group_${props.severity}`)}>
      <DataTable
        label={t(`group_${props.severity}`)}
        columns={columns}
        rows={findings}
        rowKey={(finding) => `${finding.kind}${finding.column ?? ''}${finding.message}`}
      />
    </Section>
  );
}

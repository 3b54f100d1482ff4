/** Confusion between classes, as tiles and class by class. */
import { Text } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import type { Quality } from '../../../main/contract/models.ts';
import { confusionChart } from '../../charts/builders/heatmap.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Column, Columns, Section } from '../../ui/page.tsx';
import { Term } from '../../ui/stat.tsx';
import { type ClassReading, readConfusion } from './confusion.ts';
import { qualityMessages } from './quality-messages.ts';

type Confusion = NonNullable<Quality['confusion']>;

/** What is taken for what; nothing without a confusion matrix. */
export function ClassQuality(props: { readonly quality: Quality; readonly stacked?: boolean }) {
  const { confusion } = props.quality;
  return confusion === null ? null : <ClassView confusion={confusion} stacked={props.stacked === true} />;
}

function ClassView(props: { readonly confusion: Confusion; readonly stacked: boolean }) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const { classes: labels, counts, others } = props.confusion;
  const classes = useMemo(
    () => (others === undefined ? labels : [...labels.slice(0, -1), t('otherClasses', { classes: others.classes })]),
    [labels, others, t],
  );
  const build = useCallback((context: ChartContext) => confusionChart(context, { classes, counts }), [classes, counts]);
  const rows = others?.rows ?? counts.flat().reduce((sum, count) => sum + count, 0);
  const right = others?.right ?? counts.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  const readings = readConfusion(classes, counts).slice(0, others === undefined ? undefined : -1);
  return (
    <Columns>
      <Column span={props.stacked ? 12 : 5}>
        <Chart
          title={t('confusion')}
          reading={t('confusionReading', { share: format.percent(rows === 0 ? 0 : right / rows, 1), rows })}
          build={build}
          height={Math.min(420, 120 + 34 * classes.length)}
        />
      </Column>
      <Column span={props.stacked ? 12 : 7}>
        {others === undefined ? null : (
          <Text size="sm">
            {t('mostConfused', { shown: readings.length, classes: readings.length + others.classes })}
          </Text>
        )}
        <ClassTable readings={readings} />
      </Column>
    </Columns>
  );
}

function ClassTable(props: { readonly readings: readonly ClassReading[] }) {
  const t = useMessages(qualityMessages);
  const format = useFormat();
  const share = (value: number | null) => (value === null ? '–' : format.percent(value, 1));
  const columns: readonly TableColumn<ClassReading>[] = [
    { key: 'label', header: t('classLabel'), render: (row) => <MiddleTruncate text={row.label} /> },
    { key: 'rows', header: t('classRows'), right: true, render: (row) => format.integer(row.rows) },
    {
      key: 'recall',
      header: <Term hint={t('classRecallHint')}>{t('classRecall')}</Term>,
      right: true,
      render: (row) => share(row.recall),
    },
    {
      key: 'precision',
      header: <Term hint={t('classPrecisionHint')}>{t('classPrecision')}</Term>,
      right: true,
      render: (row) => share(row.precision),
    },
    {
      key: 'confused',
      header: t('classConfused'),
      wrap: true,
      render: (row) =>
        row.confusedWith === null
          ? '–'
          : t('classConfusedValue', {
              label: row.confusedWith.label,
              share: format.percent(row.confusedWith.share, 1),
            }),
    },
  ];
  return (
    <Section title={t('classes')} plain>
      <DataTable
        label={t('classes')}
        columns={columns}
        rows={props.readings}
        rowKey={(row) => row.label}
        maxHeight={420}
      />
    </Section>
  );
}

import type { ReactNode } from 'react';
import type { ColumnReading, Receipt } from '../../../main/contract/datasets.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge, Notice } from '../../ui/badges.tsx';
import { TypeIcon } from '../../ui/column-type.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Column, Columns, Section } from '../../ui/page.tsx';
import { Facts, Stat, StatRow, Term } from '../../ui/stat.tsx';
import classes from './data.module.css';
import { receiptMessages } from './messages.ts';
import { ReceiptPrivacy } from './receipt-privacy.tsx';

function useColumns(): readonly TableColumn<ColumnReading>[] {
  const t = useMessages(receiptMessages);
  const format = useFormat();
  return [
    {
      key: 'column',
      header: t('column'),
      render: (column) => (
        <span
          className={classes.name}
          title={column.sourceName === column.name ? undefined : t('renamedFrom', { name: column.sourceName })}
        >
          <TypeIcon type={column.type} />
          <MiddleTruncate text={column.name} />
        </span>
      ),
    },
    { key: 'reading', header: t('reading'), render: (column) => column.reading },
    {
      key: 'second',
      header: t('second'),
      render: (column) => column.alternative ?? <span className={classes.dimmed}>{t('secondNone')}</span>,
    },
    {
      key: 'changed',
      header: <Term hint={t('changedHint')}>{t('changed')}</Term>,
      right: true,
      render: (column) =>
        column.alternative === null ? (
          '–'
        ) : column.changedValues > 0 ? (
          <Badge tone="warn">{format.integer(column.changedValues)}</Badge>
        ) : (
          format.integer(0)
        ),
    },
    { key: 'missing', header: t('missing'), right: true, render: (column) => format.integer(column.missing) },
    {
      key: 'words',
      header: t('missingWords'),
      render: (column) =>
        column.missingWords.length === 0
          ? '–'
          : column.missingWords
              .map(({ word, count }) =>
                t('missingWord', { word: word.trim() === '' ? t('blank') : `“${word}”`, count }),
              )
              .join(', '),
    },
    { key: 'evidence', header: t('evidence'), wrap: true, width: '32%', render: (column) => column.evidence },
  ];
}

function useFileFacts(receipt: Receipt): readonly { readonly label: string; readonly value: ReactNode }[] {
  const t = useMessages(receiptMessages);
  const format = useFormat();
  const { dialect } = receipt;
  const sign = (text: string | null) => {
    if (text === null || text === '') return t('none');
    if (text === '\t') return t('tab');
    return text === ' ' ? t('space') : <span className="mono">{text}</span>;
  };
  const lineEnd =
    dialect.lineEnd === null ? t('none') : dialect.lineEnd.replaceAll('\r', 'CR ').replaceAll('\n', 'LF').trim();
  return [
    { label: t('source'), value: <MiddleTruncate text={receipt.sourceName} tail={14} /> },
    { label: t('fileSize'), value: format.bytes(receipt.sourceBytes) },
    { label: t('sha'), value: <MiddleTruncate text={receipt.sourceSha256} /> },
    { label: t('format'), value: dialect.format },
    ...(dialect.part === undefined
      ? []
      : [
          {
            label: t(`part_${dialect.part.kind}`),
            value: `${dialect.part.name === '' ? t('partWhole') : dialect.part.name}${dialect.part.range === null ? '' : `, ${dialect.part.range}`}`,
          },
        ]),
    { label: t('compression'), value: dialect.compression === 'none' ? t('none') : dialect.compression },
    { label: t('encoding'), value: dialect.encoding ?? t('none') },
    { label: t('bom'), value: dialect.bom ? t('yes') : t('no') },
    { label: t('delimiter'), value: sign(dialect.delimiter) },
    { label: t('quote'), value: sign(dialect.quote) },
    { label: t('escape'), value: sign(dialect.escape) },
    { label: t('header'), value: dialect.header === null ? t('none') : dialect.header ? t('yes') : t('no') },
    { label: t('lineEnd'), value: lineEnd },
    { label: t('importedAt'), value: format.dateTime(receipt.importedAt) },
    ...(receipt.rejectsFile === null
      ? []
      : [{ label: t('rejectsFile'), value: <MiddleTruncate text={receipt.rejectsFile} tail={16} /> }]),
  ];
}

/** How a file was read: counts, dialect, each column's reading with its runner-up, and the rejected rows. */
export function ReceiptView(props: { readonly receipt: Receipt }) {
  const t = useMessages(receiptMessages);
  const format = useFormat();
  const columns = useColumns();
  const { receipt } = props;
  const facts = useFileFacts(receipt);
  return (
    <div className={classes.stack}>
      <StatRow>
        <Stat label={t('rowsIn')} value={format.integer(receipt.rowsIn)} />
        <Stat label={t('rowsKept')} value={format.integer(receipt.rowsKept)} />
        <Stat
          label={t('rowsRejected')}
          value={format.integer(receipt.rowsRejected)}
          {...(receipt.rowsRejected > 0 ? { tone: 'warn' as const } : {})}
        />
        <Stat label={t('seconds')} value={format.duration(receipt.seconds)} />
      </StatRow>
      {receipt.alarms === undefined || receipt.alarms.length === 0 ? null : (
        <Notice tone="warn">
          {t('alarms', { count: receipt.alarms.length })}
          <ul className={classes.notes}>
            {receipt.alarms.map(({ kind, column, was, is }) => (
              <li key={`${kind} ${column ?? ''}`}>
                {t(`alarm_${kind}`, { column: column ?? '', was: was ?? '', is: is ?? '' })}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <Columns>
        <Column span={receipt.notes.length > 0 ? 6 : 12}>
          <Section title={t('file')}>
            <Facts items={facts} wide={receipt.notes.length === 0} />
          </Section>
        </Column>
        {receipt.notes.length === 0 ? null : (
          <Column span={6}>
            <Section title={t('notes')}>
              <ul className={classes.notes}>
                {receipt.notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            </Section>
          </Column>
        )}
      </Columns>
      {receipt.rejects.length === 0 ? null : (
        <Section title={t('rejects')} hint={t('rejectsHint', { count: receipt.rejects.length })}>
          <DataTable
            label={t('rejects')}
            rows={receipt.rejects}
            rowKey={(reject) => String(reject.line)}
            maxHeight={320}
            columns={[
              {
                key: 'line',
                header: t('line'),
                right: true,
                width: 90,
                render: (reject) => format.integer(reject.line),
              },
              { key: 'reason', header: t('reason'), wrap: true, render: (reject) => reject.reason },
              { key: 'text', header: t('text'), render: (reject) => <span className="mono">{reject.text}</span> },
            ]}
          />
        </Section>
      )}
      {receipt.privacy === undefined ? null : <ReceiptPrivacy privacy={receipt.privacy} />}
      <Section title={t('columns')}>
        <DataTable label={t('columns')} columns={columns} rows={receipt.columns} rowKey={(column) => column.name} />
      </Section>
    </div>
  );
}

/** Each column against all others together (Friedman's H of one column). */
import type { Interactions } from '../../../main/contract/explanation-replies.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { explainMessages } from './explain-messages.ts';

type Row = Interactions['overall'][number];

/** The table, strongest first; `size` writes a strength, `onChoose` gets the column of a row. */
export function AgainstAll(props: {
  readonly overall: readonly Row[];
  readonly size: (value: number) => string;
  readonly onChoose: (column: string) => void;
}) {
  const t = useMessages(explainMessages);
  const format = useFormat();
  const columns: readonly TableColumn<Row>[] = [
    { key: 'column', header: t('againstAllColumn'), render: (row) => <MiddleTruncate text={row.column} /> },
    { key: 'strength', header: t('strength'), right: true, render: (row) => props.size(row.strength) },
    { key: 'h', header: t('h'), right: true, render: (row) => format.fixed(row.h, 2) },
  ];
  return (
    <Section title={t('againstAll')} hint={t('againstAllHint')} plain>
      <DataTable
        label={t('againstAll')}
        columns={columns}
        rows={props.overall}
        rowKey={(row) => row.column}
        onRow={(row) => props.onChoose(row.column)}
        maxHeight={260}
      />
    </Section>
  );
}

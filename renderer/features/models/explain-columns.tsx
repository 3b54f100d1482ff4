import type { GlobalSummary } from '../../../main/contract/explanations.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { explainMessages } from './explain-messages.ts';

type Row = GlobalSummary['columns'][number];

const directionWords = {
  raises: 'directionRaises',
  lowers: 'directionLowers',
  mixed: 'directionMixed',
  'by-level': 'directionByLevel',
} as const;

/** The columns by weight; choosing one shows its dependence. */
export function ExplainColumns(props: {
  readonly columns: readonly Row[];
  readonly units: GlobalSummary['units'];
  readonly selected: string | null;
  readonly onPick: (column: string) => void;
}) {
  const t = useMessages(explainMessages);
  const format = useFormat();
  const columns: readonly TableColumn<Row>[] = [
    { key: 'column', header: t('column'), render: (row) => <MiddleTruncate text={row.column} /> },
    {
      key: 'weight',
      header: t('weight'),
      right: true,
      render: (row) => format.significant(row.meanAbs, 3),
    },
    ...(props.columns.some((each) => each.gainShare !== null)
      ? [
          {
            key: 'gain',
            header: t('gain'),
            right: true,
            render: (row: Row) => (row.gainShare === null ? '' : format.percent(row.gainShare, 0)),
          },
        ]
      : []),
    { key: 'direction', header: t('direction'), render: (row) => t(directionWords[row.direction]) },
  ];
  return (
    <Section title={t('columns')} hint={t('columnsHint')} plain>
      <DataTable
        label={t('columns')}
        columns={columns}
        rows={props.columns}
        rowKey={(row) => row.column}
        selectedKey={props.selected}
        onRow={(row) => props.onPick(row.column)}
        maxHeight={360}
      />
    </Section>
  );
}

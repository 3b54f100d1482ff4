import type { ModelDetail } from '../../../main/contract/models.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { modelsMessages } from './messages.ts';
import { ModelHeader } from './model-header.tsx';

type Line = { readonly label: string; readonly a: string; readonly b: string };

/** How two models were made, line by line. */
export function CompareFacts(props: { readonly a: ModelDetail; readonly b: ModelDetail }) {
  const t = useMessages(modelsMessages);
  const format = useFormat();
  const { a, b } = props;
  const line = (label: string, read: (model: ModelDetail) => string): Line => ({ label, a: read(a), b: read(b) });
  const lines = [
    line(t('dataset'), (model) => `${model.datasetName} v${model.datasetVersion ?? '–'}`),
    line(t('factRows'), (model) => format.integer(model.rows)),
    line(t('factColumns'), (model) => format.integer(model.features)),
    line(t('learner'), (model) => model.learner),
    line(t('factTrials'), (model) => format.integer(model.card.trials)),
    line(t('factTime'), (model) => format.duration(model.trainSeconds)),
    line(t('factSeed'), (model) => String(model.card.seed)),
    line(t('created'), (model) => format.dateTime(model.createdAt)),
    line(t('factSize'), (model) => format.bytes(model.bytes)),
  ];
  const columns: readonly TableColumn<Line>[] = [
    { key: 'label', header: '', render: (row) => row.label },
    { key: 'a', header: <ModelHeader name={a.name} />, right: true, render: (row) => row.a },
    { key: 'b', header: <ModelHeader name={b.name} />, right: true, render: (row) => row.b },
  ];
  return (
    <Section title={t('facts')}>
      <DataTable label={t('facts')} columns={columns} rows={lines} rowKey={(row) => row.label} />
    </Section>
  );
}

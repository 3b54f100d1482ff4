/** Values of sampled rows by the definition being edited, each with when it became known. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { FeaturePreview, TracedValue } from '../../../main/contract/feature-sets.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { EmptyState, ErrorState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { CellText } from './cell-text.tsx';
import { recipesMessages } from './messages.ts';
import classes from './recipes.module.css';
import { definitionOf, isComplete, type SetDraft } from './set-draft.ts';
import { setMessages } from './set-messages.ts';
import { momentText } from './spans.ts';

type Row = FeaturePreview['rows'][number];

export function SetPreview({ draft }: { readonly draft: SetDraft }) {
  const t = useMessages(setMessages);
  const [asked] = useDebouncedValue(draft, 400);
  const ready = isComplete(asked);
  const preview = useQuery(
    orpc.features.preview.queryOptions({
      input: { definition: definitionOf(asked), rows: 12 },
      enabled: ready,
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  return (
    <Section title={t('preview')} hint={t('previewHint')} plain>
      {!ready ? (
        <EmptyState title={t('previewWaiting')} text={t('previewWaitingText')} compact />
      ) : preview.isError ? (
        <ErrorState error={preview.error} title={t('previewFailed')} />
      ) : (
        <QueryView query={preview} skeleton={<SkeletonRows rows={12} />}>
          {(data) => <PreviewTable preview={data} keys={asked.base.key} />}
        </QueryView>
      )}
    </Section>
  );
}

function PreviewTable(props: { readonly preview: FeaturePreview; readonly keys: readonly string[] }) {
  const t = useMessages(setMessages);
  const words = useMessages(recipesMessages);
  const format = useFormat();
  const { preview, keys } = props;
  const columns: readonly TableColumn<Row>[] = [
    { key: 'row', header: words('row'), right: true, render: ({ row }) => format.integer(row + 1) },
    ...keys.map(
      (name, i): TableColumn<Row> => ({
        key: `key ${name}`,
        header: name,
        render: ({ key }) => <CellText value={key[i] ?? null} />,
      }),
    ),
    { key: 'at', header: t('at'), render: ({ at }) => momentText(at) },
    ...preview.features.map(
      ({ name, type }, f): TableColumn<Row> => ({
        key: `feature ${f}`,
        header: name,
        right: type === 'number' || type === 'integer',
        render: ({ at, values }) => <Traced value={values[f]} at={at} />,
      }),
    ),
  ];
  return <DataTable label={t('preview')} rows={preview.rows} rowKey={({ row }) => String(row)} columns={columns} />;
}

function Traced({ value, at }: { readonly value: TracedValue | undefined; readonly at: string }) {
  const t = useMessages(setMessages);
  if (value === undefined) return null;
  const { knownAt, rows } = value;
  // Both are ISO text of one zone, so that their order as moments is that of their parsed times.
  const late = knownAt !== null && Date.parse(knownAt) > Date.parse(at);
  return (
    <span className={classes.traced} title={late ? t('late') : undefined}>
      <CellText value={value.value} />
      <span className={classes.trace} data-late={late || undefined}>
        {rows === null
          ? t('ownQuery')
          : knownAt === null
            ? t('rowsOnly', { rows })
            : t('known', { at: momentText(knownAt), rows })}
      </span>
    </span>
  );
}

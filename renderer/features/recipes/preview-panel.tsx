/** What the steps make of a sample: columns before and after with their distributions. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { PreviewColumn } from '../../../main/contract/features.ts';
import type { RecipeStep } from '../../../main/contract/recipe-steps.ts';
import { SparkBars } from '../../charts/sparkline.tsx';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { EmptyState, ErrorState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { recipesMessages } from './messages.ts';

export function PreviewPanel(props: {
  readonly datasetId: string;
  readonly target: string | undefined;
  readonly steps: readonly RecipeStep[];
}) {
  const t = useMessages(recipesMessages);
  const { datasetId, target, steps } = props;
  const preview = useQuery(
    orpc.features.previewRecipe.queryOptions({
      input: { datasetId, steps: [...steps], ...(target === undefined ? {} : { target }) },
      enabled: steps.length > 0,
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  if (steps.length === 0) return <EmptyState title={t('noSteps')} text={t('noStepsText')} compact />;
  if (preview.isError) return <ErrorState error={preview.error} title={t('previewFailed')} />;
  return (
    <QueryView query={preview} skeleton={<SkeletonRows rows={10} />}>
      {({ rows, before, after }) => {
        const names = new Set(before.map(({ name }) => name));
        const kept = new Set(after.map(({ name }) => name));
        // What changed stands first: columns the steps made, then those they took away, then the rest.
        const made = after.filter(({ name }) => !names.has(name));
        const gone = before.filter(({ name }) => !kept.has(name));
        const same = after.filter(({ name }) => names.has(name));
        return (
          <Section title={t('preview')} hint={t('previewRows', { rows })} plain>
            <ColumnTable title={t('after', { count: after.length })} columns={[...made, ...same]} />
            <Section title={t('before', { count: before.length })}>
              <ColumnTable
                title={t('before', { count: before.length })}
                columns={[...gone, ...before.filter(({ name }) => kept.has(name))]}
              />
            </Section>
          </Section>
        );
      }}
    </QueryView>
  );
}

function ColumnTable({ title, columns }: { readonly title: string; readonly columns: readonly PreviewColumn[] }) {
  const t = useMessages(recipesMessages);
  const format = useFormat();
  return (
    <DataTable
      label={title}
      rows={columns}
      rowKey={({ name }) => name}
      maxHeight={360}
      columns={[
        { key: 'name', header: t('column'), render: ({ name }) => name },
        {
          key: 'distribution',
          header: t('distribution'),
          render: ({ name, bars }) => (
            <SparkBars values={bars.map(({ count }) => count)} label={t('distributionOf', { name })} width={72} />
          ),
        },
        {
          key: 'from',
          header: t('madeOf'),
          render: ({ name, from }) => (from.length === 1 && from[0] === name ? t('unchanged') : from.join(', ')),
        },
        { key: 'missing', header: t('missing'), right: true, render: ({ missing }) => format.integer(missing) },
        { key: 'distinct', header: t('distinct'), right: true, render: ({ distinct }) => format.integer(distinct) },
        {
          key: 'range',
          header: t('range'),
          right: true,
          render: ({ low, high }) =>
            low === null || high === null ? '' : `${format.number(low)} – ${format.number(high)}`,
        },
        {
          key: 'mean',
          header: t('mean'),
          right: true,
          render: ({ mean }) => (mean === null ? '' : format.number(mean)),
        },
      ]}
    />
  );
}

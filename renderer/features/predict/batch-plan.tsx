/** Columns compared, output chosen, start. */
import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Source } from '../../../main/contract/common.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { client, orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { ErrorState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { BatchOptions } from './batch-options.tsx';
import { MappingTable } from './mapping-table.tsx';
import { predictMessages } from './messages.ts';
import { buildOutputName, buildOutputPath, type OutputFormat } from './output-name.ts';
import classes from './predict.module.css';
import type { ColumnMap } from './schema-mapping.ts';

const route = getRouteApi('/predict');
const noMap: ColumnMap = {};

/** What stands between a chosen source and a scored file. */
export function BatchPlan(props: { readonly model: ModelDetail; readonly source: Source }) {
  const t = useMessages(predictMessages);
  const toasts = useToasts();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { model, source } = props;
  const map = search.map ?? noMap;
  const format: OutputFormat = search.format ?? 'csv';
  const inputPath = 'path' in source ? source.path : null;
  const [path, setPath] = useState<string | null>(null);
  const shownPath = inputPath === null ? null : (path ?? buildOutputPath(inputPath, format));
  const query = useQuery(
    orpc.predictions.checkSchema.queryOptions({
      input: { modelId: model.id, source, map: { ...map } },
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  );
  const start = useMutation({
    mutationFn: async () => {
      const destination =
        shownPath === null
          ? { download: buildOutputName(search.fileName ?? model.datasetName, format) }
          : { path: shownPath };
      const { jobId } = await client.predictions.scoreFile({
        modelId: model.id,
        source,
        destination,
        format,
        map: { ...map },
        explain: search.reasons ?? 0,
        ...(search.id === undefined ? {} : { id: search.id }),
        ...(search.interval === undefined ? {} : { interval: search.interval }),
      });
      await navigate({ search: (old) => ({ ...old, job: jobId }) });
    },
    onError: toasts.failed,
  });
  const setMap = (next: ColumnMap) =>
    void navigate({
      search: (old) => ({ ...old, map: Object.keys(next).length > 0 ? next : undefined }),
      replace: true,
      resetScroll: false,
    });
  if (query.isError && query.data === undefined) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <QueryView query={query} skeleton={<SkeletonRows rows={8} />}>
      {(check) => (
        <>
          <MappingTable
            columns={check.columns}
            map={map}
            suggested={check.suggestedMap}
            message={check.message}
            ok={check.ok}
            onMap={setMap}
          />
          <BatchOptions
            columns={check.columns.flatMap((diff) => (diff.found === null ? [] : [diff.column]))}
            path={shownPath}
            onPath={setPath}
            intervals={model.intervals !== null && model.intervals.kind !== 'refused'}
          />
          <div className={classes.start}>
            <Button
              leftSection={<IconPlayerPlay size={16} />}
              disabled={!check.ok || query.isPlaceholderData}
              loading={start.isPending}
              onClick={() => start.mutate()}
            >
              {t('start')}
            </Button>
            {check.ok ? null : <span className={classes.dimmed}>{t('blocked')}</span>}
          </div>
        </>
      )}
    </QueryView>
  );
}

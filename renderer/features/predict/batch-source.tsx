/** Where the rows come from: a file (by path under Electron, sent to the host otherwise) or a data set. */
import { Button, Select } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Source } from '../../../main/contract/common.ts';
import { orpc } from '../../client/client.ts';
import { sourceOfFile } from '../../client/upload.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { predictMessages } from './messages.ts';
import classes from './predict.module.css';

const route = getRouteApi('/predict');
const nothing = {
  path: undefined,
  upload: undefined,
  dataset: undefined,
  fileName: undefined,
  map: undefined,
  id: undefined,
};

/** The choice of the source, or the one chosen. */
export function BatchSource(props: { readonly source: Source | null }) {
  const t = useMessages(predictMessages);
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const { source } = props;
  if (source === null) return <ChooseSource />;
  const other = (
    <Button size="xs" variant="default" onClick={() => void navigate({ search: (old) => ({ ...old, ...nothing }) })}>
      {t('batchOther')}
    </Button>
  );
  return (
    <Section title={t('batchSource')} plain actions={other}>
      {'datasetId' in source ? (
        <DatasetName id={source.datasetId} />
      ) : (
        <MiddleTruncate text={search.fileName ?? search.path ?? ''} tail={16} />
      )}
    </Section>
  );
}

function DatasetName(props: { readonly id: string }) {
  const query = useQuery(orpc.datasets.get.queryOptions({ input: { id: props.id } }));
  return <MiddleTruncate text={query.data?.name ?? props.id} />;
}

function ChooseSource() {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const navigate = route.useNavigate();
  const [fraction, setFraction] = useState(0);
  const datasets = useQuery(orpc.datasets.list.queryOptions({ input: { limit: 500 } }));
  const send = useMutation({
    mutationFn: (file: File) => sourceOfFile(file, setFraction),
    onSuccess: (source, file) => {
      const chosen = {
        path: 'path' in source ? source.path : undefined,
        upload: 'uploadId' in source ? source.uploadId : undefined,
        fileName: file.name,
      };
      void navigate({ search: (old) => ({ ...old, ...nothing, ...chosen }) });
    },
  });
  const name = send.variables?.name ?? '';
  return (
    <Section title={t('batchSource')} hint={t('batchSourceHint')} plain>
      <div className={classes.sources}>
        <div>
          <Dropzone
            className={classes.drop ?? ''}
            multiple={false}
            disabled={send.isPending}
            aria-label={t('batchDrop')}
            onDrop={(files) => files[0] !== undefined && send.mutate(files[0])}
          >
            <IconFileSpreadsheet size={22} stroke={1.5} aria-hidden />
            <span>
              {send.isPending ? t('batchUploading', { name, percent: format.percent(fraction, 0) }) : t('batchDrop')}
            </span>
            <Button component="span" size="xs" variant="default" tabIndex={-1}>
              {t('batchChoose')}
            </Button>
          </Dropzone>
          {send.isError ? <ErrorState error={send.error} /> : null}
        </div>
        <Select
          label={t('batchDataset')}
          placeholder={t('batchDatasetNone')}
          data={(datasets.data?.items ?? []).map((item) => ({ value: item.id, label: item.name }))}
          value={null}
          searchable
          onChange={(value) =>
            value !== null && void navigate({ search: (old) => ({ ...old, ...nothing, dataset: value }) })
          }
        />
      </div>
    </Section>
  );
}

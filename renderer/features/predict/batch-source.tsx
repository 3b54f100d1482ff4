/** Where the rows come from: a file (by path under Electron, sent to the host otherwise) or a data set. */
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Source } from '../../../main/contract/common.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { FileIntake, type TakenFile } from '../../ui/file-intake.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
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
  const navigate = route.useNavigate();
  const datasets = useQuery(orpc.datasets.list.queryOptions({ input: { limit: 500 } }));
  const take = ({ source, name }: TakenFile) => {
    const chosen = 'path' in source ? { path: source.path } : { upload: source.uploadId };
    void navigate({ search: (old) => ({ ...old, ...nothing, ...chosen, fileName: name }) });
  };
  return (
    <Section title={t('batchSource')} hint={t('batchSourceHint')} plain>
      <div className={classes.sources}>
        <FileIntake title={t('batchDrop')} hint={t('batchDropHint')} onFile={take} />
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

/** Whether to begin anew or to go on from a model's trees, with when that is worth it. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { continuableModels } from './continuable.ts';
import { trainMessages } from './messages.ts';
import type { TrainSetup } from './setup.ts';

/** Nothing where no model of trees predicts the target. Works without a plan, so that a refused choice can be taken back. */
export function ContinueField(props: {
  readonly setup: TrainSetup;
  readonly onChange: (setup: TrainSetup) => void;
  readonly target: string | null;
}) {
  const t = useMessages(trainMessages);
  const { setup, onChange, target } = props;
  const query = useQuery(orpc.models.list.queryOptions({ input: { limit: 1000 } }));
  const models = continuableModels(query.data?.items ?? [], target, setup.from);
  if (models.length === 0) return null;
  return (
    <Select
      mt={12}
      label={t('continueFrom')}
      description={t('continueHint')}
      descriptionProps={{ mt: 4 }}
      inputWrapperOrder={['label', 'input', 'description']}
      data={models.map(({ id, name }) => ({ value: id, label: name }))}
      value={setup.from ?? null}
      placeholder={t('continueNone')}
      clearable
      searchable
      onChange={(value) => onChange({ ...setup, from: value ?? undefined })}
    />
  );
}

/** Choices about what a model may know: the recipe before the learners, and columns that are known late. */
import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { trainMessages } from './messages.ts';
import { readLags, type TrainSetup } from './setup.ts';

const order = ['label', 'input', 'description', 'error'] as const;

export function KnownFields(props: { readonly setup: TrainSetup; readonly onChange: (setup: TrainSetup) => void }) {
  const t = useMessages(trainMessages);
  const { setup, onChange } = props;
  const recipes = useQuery(orpc.features.recipes.queryOptions({ input: {} }));
  return (
    <>
      <Select
        label={t('recipe')}
        description={t('recipeHint')}
        inputWrapperOrder={[...order]}
        data={(recipes.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={setup.recipe ?? null}
        placeholder={t('none')}
        clearable
        searchable
        onChange={(recipe) => onChange({ ...setup, recipe: recipe ?? undefined })}
      />
      <TextInput
        label={t('lags')}
        description={t('lagsHint')}
        inputWrapperOrder={[...order]}
        defaultValue={setup.lags ?? ''}
        placeholder={t('lagsExample')}
        onBlur={(event) => {
          const text = event.currentTarget.value;
          onChange({ ...setup, lags: Object.keys(readLags(text)).length === 0 ? undefined : text.trim() });
        }}
      />
    </>
  );
}

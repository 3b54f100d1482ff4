/** The features of a set being edited. */
import { Button } from '@mantine/core';
import type { FeatureSpec } from '../../../main/contract/feature-sets.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { firstColumn } from './feature-kinds.ts';
import { FeatureRow } from './feature-row.tsx';
import { recipesMessages } from './messages.ts';
import classes from './recipes.module.css';
import { freeName, type SetDraft } from './set-draft.ts';
import { setMessages } from './set-messages.ts';
import type { SetColumns } from './use-set-columns.ts';

export function FeaturesSection(props: {
  readonly draft: SetDraft;
  readonly columnsOf: (datasetId: string) => SetColumns;
  readonly onChange: (draft: SetDraft) => void;
}) {
  const words = useMessages(recipesMessages);
  const t = useMessages(setMessages);
  const { draft, columnsOf, onChange } = props;
  const own = columnsOf(draft.base.datasetId);
  const sources = [
    { alias: 'base', columns: own },
    ...draft.sources.map(({ alias, table }) => ({ alias, columns: columnsOf(table.datasetId) })),
  ];
  const ownNames = own.map(({ name }) => name);
  const change = (features: readonly FeatureSpec[]) => onChange({ ...draft, features });
  const problemOf = (name: string, index: number): string | null => {
    if (ownNames.includes(name)) return t('nameOwn');
    return draft.features.some((each, i) => i !== index && each.name === name) ? t('nameTaken') : null;
  };
  const add = () => {
    const column = firstColumn(own);
    const taken = [...ownNames, ...draft.features.map(({ name }) => name)];
    change([...draft.features, { kind: 'latest', name: freeName(`${column} before`, taken), source: 'base', column }]);
  };
  return (
    <Section
      title={words('features')}
      actions={
        <Button size="xs" variant="default" disabled={own.length === 0} onClick={add}>
          {t('addFeature')}
        </Button>
      }
    >
      {draft.features.length === 0 ? (
        <EmptyState title={t('noFeatures')} text={t('noFeaturesText')} compact />
      ) : (
        <ol className={classes.steps}>
          {draft.features.map((feature, index) => (
            <FeatureRow
              // biome-ignore lint/suspicious/noArrayIndexKey: names change while they are typed
              key={index}
              feature={feature}
              number={index + 1}
              sources={sources}
              problem={problemOf(feature.name, index)}
              onChange={(changed) => change(draft.features.map((each, i) => (i === index ? changed : each)))}
              onRemove={() => change(draft.features.filter((_, i) => i !== index))}
            />
          ))}
        </ol>
      )}
    </Section>
  );
}

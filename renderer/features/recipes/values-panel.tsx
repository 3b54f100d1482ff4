/** Features of one key as of a moment: value, when it became known, how old it was, and the tables it comes from. */
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FeatureSet } from '../../../main/contract/features.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { ErrorState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { CellText } from './cell-text.tsx';
import { recipesMessages } from './messages.ts';
import classes from './recipes.module.css';
import type { ValuesSearch } from './search.ts';
import { setMessages } from './set-messages.ts';
import { momentText } from './spans.ts';

type Asked = { readonly key: readonly string[]; readonly at: string };

/** What is asked stands in the address; until something is asked, a row of the data is the example. */
export function ValuesPanel(props: {
  readonly set: FeatureSet;
  readonly search: ValuesSearch;
  readonly onAsk: (asked: ValuesSearch) => void;
}) {
  const { set, search } = props;
  const { at, key = [] } = search;
  const example = useQuery(
    orpc.features.preview.queryOptions({
      input: { definition: set.definition, rows: 1 },
      enabled: at === undefined,
      retry: false,
    }),
  );
  const row = example.data?.rows[0];
  const shown: Asked | null =
    at !== undefined
      ? { at, key: set.definition.base.key.map((_, i) => key[i] ?? '') }
      : row === undefined
        ? null
        : { at: momentText(row.at), key: row.key.map((part) => String(part ?? '')) };
  const t = useMessages(setMessages);
  return (
    <Section title={t('values')} hint={t('valuesHint')}>
      {example.isLoading ? (
        <SkeletonRows rows={4} />
      ) : (
        <Ask key={JSON.stringify(shown)} set={set} asked={shown} onAsk={props.onAsk} />
      )}
    </Section>
  );
}

function Ask(props: {
  readonly set: FeatureSet;
  readonly asked: Asked | null;
  readonly onAsk: (asked: ValuesSearch) => void;
}) {
  const t = useMessages(setMessages);
  const { set, asked } = props;
  const names = set.definition.base.key;
  const [key, setKey] = useState<readonly string[]>(asked?.key ?? names.map(() => ''));
  const [at, setAt] = useState(asked?.at ?? '');
  return (
    <>
      <form
        className={classes.asked}
        onSubmit={(event) => {
          event.preventDefault();
          props.onAsk({ at: at.trim(), key });
        }}
      >
        {names.map((name, i) => (
          <TextInput
            key={name}
            label={name}
            value={key[i] ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setKey(names.map((_, place) => (place === i ? value : (key[place] ?? ''))));
            }}
          />
        ))}
        <TextInput
          label={t('moment')}
          placeholder={t('momentHint')}
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={at.trim().length < 4}>
          {t('show')}
        </Button>
      </form>
      {asked === null ? null : <Answer set={set} asked={asked} />}
    </>
  );
}

/** Moments of the data carry no zone: they are read as UTC, as the values were computed. */
const timeOf = (text: string): number => {
  const iso = text.trim().replace(' ', 'T');
  return Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(iso) || !iso.includes('T') ? iso : `${iso}Z`);
};

function Answer({ set, asked }: { readonly set: FeatureSet; readonly asked: Asked }) {
  const t = useMessages(setMessages);
  const words = useMessages(recipesMessages);
  const format = useFormat();
  const values = useQuery(
    orpc.features.values.queryOptions({ input: { id: set.id, key: [...asked.key], at: asked.at }, retry: false }),
  );
  const age = (known: string | null): string =>
    known === null ? '' : format.duration(Math.max(0, (timeOf(asked.at) - Date.parse(known)) / 1000));
  if (values.isError) return <ErrorState error={values.error} title={t('previewFailed')} />;
  return (
    <QueryView query={values} skeleton={<SkeletonRows rows={set.definition.features.length + 3} />}>
      {(data) => (
        <div className={classes.tables}>
          <DataTable
            label={t('values')}
            rows={data.values}
            rowKey={({ name }) => name}
            columns={[
              { key: 'feature', header: t('feature'), fluid: true, render: ({ name }) => name },
              { key: 'value', header: t('value'), right: true, render: ({ value }) => <CellText value={value} /> },
              {
                key: 'known',
                header: t('knownSince'),
                render: ({ knownAt }) => (knownAt === null ? '–' : momentText(knownAt)),
              },
              { key: 'age', header: t('age'), right: true, render: ({ knownAt }) => age(knownAt) },
              {
                key: 'rows',
                header: t('rowsUsed'),
                right: true,
                render: ({ rows }) => (rows === null ? '–' : format.integer(rows)),
              },
              {
                key: 'from',
                header: t('from'),
                render: ({ source }) =>
                  source === null ? t('ownQuery') : source === 'base' ? t('baseOption') : source,
              },
            ]}
          />
          <DataTable
            label={t('tables')}
            rows={data.from}
            rowKey={({ alias }) => alias}
            columns={[
              {
                key: 'table',
                header: t('tables'),
                fluid: true,
                render: ({ alias, name }) => `${alias === 'base' ? t('baseOption') : alias}: ${name}`,
              },
              {
                key: 'version',
                header: words('version'),
                right: true,
                render: ({ version }) => format.integer(version),
              },
              {
                key: 'newest',
                header: t('newest'),
                render: ({ alias, knownUntil }) =>
                  knownUntil !== null
                    ? momentText(knownUntil)
                    : isTimeless(set, alias)
                      ? t('alwaysKnown')
                      : t('noneKnown'),
              },
              { key: 'age', header: t('age'), right: true, render: ({ knownUntil }) => age(knownUntil) },
            ]}
          />
        </div>
      )}
    </QueryView>
  );
}

const isTimeless = ({ definition }: FeatureSet, alias: string): boolean =>
  alias !== 'base' && definition.sources[alias]?.time === null;

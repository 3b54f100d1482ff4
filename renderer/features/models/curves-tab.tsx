/** Curves: the terms of an additive model, one of them drawn, and edits tried on unseen rows before they are saved. */
import { Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Curves } from '../../../main/contract/curves.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Column, Columns, Section } from '../../ui/page.tsx';
import { EmptyState, ErrorState, QueryView, SkeletonChart } from '../../ui/states.tsx';
import { editsOf, noEdits, withEdit } from './curve-edits.ts';
import { CurveEffect } from './curve-effect.tsx';
import { CurvePanel } from './curve-panel.tsx';
import classes from './curves.module.css';
import { curvesMessages } from './curves-messages.ts';

const route = getRouteApi('/models/$modelId');

/** The Curves tab. */
export function CurvesTab(props: { readonly model: ModelDetail }) {
  const t = useMessages(curvesMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { model } = props;
  const output = Math.max(0, search.class === undefined ? 0 : model.classes.indexOf(search.class));
  const query = useQuery({
    ...orpc.models.curves.queryOptions({
      input: {
        id: model.id,
        ...(model.task === 'multiclass' ? { output } : {}),
        ...(search.term === undefined ? {} : { term: search.term }),
      },
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      {model.task === 'multiclass' ? (
        <Select
          w={280}
          mb="md"
          label={t('class')}
          data={[...model.classes]}
          value={model.classes[output] ?? null}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, class: value ?? undefined }), replace: true })
          }
        />
      ) : null}
      <QueryView query={query} skeleton={<SkeletonChart height={360} />}>
        {(curves) =>
          curves.editable ? (
            <CurvesView model={model} curves={curves} />
          ) : (
            <EmptyState title={t('none')} text={curves.note} />
          )
        }
      </QueryView>
    </>
  );
}

function CurvesView(props: { readonly model: ModelDetail; readonly curves: Curves }) {
  const t = useMessages(curvesMessages);
  const navigate = route.useNavigate();
  const { model, curves } = props;
  const [history, setHistory] = useState(noEdits);
  const edits = editsOf(history);
  const shown = curves.shown;
  const preview = useQuery({
    ...orpc.models.previewCurveEdit.queryOptions({
      input: {
        id: model.id,
        edits: [...edits],
        output: curves.output,
        ...(shown === null ? {} : { term: shown.term }),
      },
    }),
    enabled: edits.length > 0,
    placeholderData: keepPreviousData,
  });
  const edited = edits.length > 0 && preview.data?.shown?.term === shown?.term ? (preview.data?.shown ?? null) : null;
  const pick = (term: number) =>
    void navigate({ search: (old) => ({ ...old, term }), replace: true, resetScroll: false });
  return (
    <>
      {curves.note === '' ? null : <p className={classes.note}>{curves.note}</p>}
      <Columns>
        <Column span={4}>
          <Terms curves={curves} selected={shown?.term ?? null} onPick={pick} />
        </Column>
        <Column span={8}>
          {shown === null ? null : (
            <CurvePanel
              key={shown.term}
              curve={shown}
              edited={edited}
              units={t(curves.units === 'target' ? 'unitsTarget' : 'unitsLogOdds')}
              output={curves.output}
              history={history}
              onHistory={setHistory}
              onEdit={(edit) => setHistory((old) => withEdit(old, edit))}
            />
          )}
        </Column>
      </Columns>
      {preview.isError ? <ErrorState error={preview.error} /> : null}
      <CurveEffect
        model={model}
        edits={edits}
        preview={edits.length > 0 ? (preview.data ?? null) : null}
        onSaved={() => setHistory(noEdits)}
      />
      {curves.edits.length === 0 ? null : (
        <Section title={t('editedByHand')}>
          <ul className={classes.edits}>
            {curves.edits.map((edit, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
              <li key={index}>{edit}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

type Row = Curves['terms'][number];

function Terms(props: {
  readonly curves: Curves;
  readonly selected: number | null;
  readonly onPick: (term: number) => void;
}) {
  const t = useMessages(curvesMessages);
  const format = useFormat();
  const columns: readonly TableColumn<Row>[] = [
    { key: 'term', header: t('term'), render: (row) => <MiddleTruncate text={row.name} /> },
    { key: 'size', header: t('size'), right: true, render: (row) => format.significant(row.importance, 2) },
  ];
  return (
    <Section title={t('terms')} hint={t('termsHint')} plain>
      <DataTable
        label={t('terms')}
        columns={columns}
        rows={props.curves.terms}
        rowKey={(row) => String(row.term)}
        selectedKey={props.selected === null ? null : String(props.selected)}
        onRow={(row) => props.onPick(row.term)}
        maxHeight={460}
      />
    </Section>
  );
}

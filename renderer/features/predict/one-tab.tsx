/** One row: the form at the left, the living answer at the right. */
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Cell } from '../../../main/contract/common.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Column, Columns, Section } from '../../ui/page.tsx';
import { ErrorState, SkeletonChart, SkeletonStats } from '../../ui/states.tsx';
import { AnswerPanel } from './answer-panel.tsx';
import { ChangePanel } from './change-panel.tsx';
import { buildFormFields, type FormField } from './form-fields.ts';
import { predictMessages } from './messages.ts';
import { RecordRow } from './record-row.tsx';
import { RowForm } from './row-form.tsx';
import { buildRow, changeCell, changeValue, type RowChanges } from './row-values.ts';
import { usePrediction } from './use-prediction.ts';
import { WarrantyPanel } from './warranty-panel.tsx';
import { WaterfallPanel } from './waterfall-panel.tsx';
import { WhatIfPanel } from './what-if-panel.tsx';

const route = getRouteApi('/predict');
const noChanges: RowChanges = {};
const orNone = (changes: RowChanges) => (Object.keys(changes).length > 0 ? changes : undefined);

/** The tab for a single row. */
export function OneTab(props: { readonly model: ModelDetail }) {
  const t = useMessages(predictMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { model } = props;
  const fields = useMemo(() => buildFormFields(model.inputs), [model.inputs]);
  const changes = search.row ?? noChanges;
  const whatIf = search.whatIf ?? noChanges;
  const row = buildRow(fields, changes);
  const turned = { ...row, ...whatIf };
  const active = Object.keys(whatIf).length > 0;
  const base = usePrediction(model.id, row);
  const now = usePrediction(model.id, active ? turned : null);
  const shown = active ? (now.query.data ?? base.query.data) : base.query.data;
  const failure = active && now.query.isError ? now.query.error : base.query.isError ? base.query.error : null;
  const show = (next: { readonly row: RowChanges; readonly whatIf: RowChanges }) =>
    void navigate({
      search: (old) => ({ ...old, row: orNone(next.row), whatIf: orNone(next.whatIf) }),
      replace: true,
      resetScroll: false,
    });
  const turn = (field: FormField, value: Cell) =>
    show({ row: changes, whatIf: changeCell(whatIf, field.name, value, row[field.name] ?? null) });
  return (
    <Columns>
      <Column span={5} wide={4}>
        <RowForm
          fields={fields}
          row={row}
          changed={Object.keys(changes).length > 0}
          onChange={(field, value) => show({ row: changeValue(changes, field, value), whatIf })}
          onReset={() => show({ row: noChanges, whatIf: noChanges })}
        />
      </Column>
      <Column span={7} wide={8}>
        <Section title={t('answer')} plain actions={<RecordRow modelId={model.id} row={turned} />}>
          {failure === null ? null : <ErrorState error={failure} title={t('failed')} />}
          {shown === undefined ? (
            failure === null ? (
              <>
                <SkeletonStats count={2} />
                <SkeletonChart height={320} />
              </>
            ) : null
          ) : (
            <>
              <AnswerPanel
                model={model}
                prediction={shown}
                before={active ? (base.query.data ?? null) : null}
                stale={active ? now.stale : base.stale}
              />
              <WaterfallPanel prediction={shown} columns={model.inputs.length} />
            </>
          )}
        </Section>
        {base.query.data === undefined ? null : (
          <WhatIfPanel
            model={model}
            fields={fields}
            row={row}
            changes={whatIf}
            base={base.query.data}
            now={now.query.data ?? null}
            onChange={turn}
            onReset={() => show({ row: changes, whatIf: noChanges })}
            onApply={() => show({ row: { ...changes, ...whatIf }, whatIf: noChanges })}
          />
        )}
        {base.query.data === undefined ? null : (
          <>
            <ChangePanel
              key={model.id}
              model={model}
              fields={fields}
              row={row}
              prediction={base.query.data}
              onTry={(next) => show({ row: changes, whatIf: next })}
            />
            <WarrantyPanel model={model} row={row} />
          </>
        )}
      </Column>
    </Columns>
  );
}

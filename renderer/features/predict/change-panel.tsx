/** What would change the answer: the goal, what may change, and the cheapest ways, each one click from being tried. */
import { Button, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Cell } from '../../../main/contract/common.ts';
import type { Counterfactuals } from '../../../main/contract/counterfactuals.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import type { Prediction } from '../../../main/contract/predictions.ts';
import { client } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge, Notice } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { useWriteOutput } from './answer-panel.tsx';
import { buildRules, type RuleDrafts } from './change-rules.ts';
import classes from './explanation.module.css';
import { explanationMessages } from './explanation-messages.ts';
import type { FormField } from './form-fields.ts';
import type { RowChanges } from './row-values.ts';
import { readNumber } from './row-values.ts';
import { RulesEditor } from './rules-editor.tsx';

type Props = {
  readonly model: ModelDetail;
  readonly fields: readonly FormField[];
  readonly row: Record<string, Cell>;
  readonly prediction: Prediction;
  /** Puts changes into the what-if. */
  readonly onTry: (changes: RowChanges) => void;
};

const typed = (text: string): number | undefined => {
  const read = readNumber(text, false);
  return 'value' in read && typeof read.value === 'number' ? read.value : undefined;
};

/** The panel. */
export function ChangePanel(props: Props) {
  const t = useMessages(explanationMessages);
  const { model, fields, row, prediction } = props;
  const [drafts, setDrafts] = useState<RuleDrafts>({});
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState<string | null>(null);
  const [low, setLow] = useState('');
  const [high, setHigh] = useState('');
  const used = fields.filter((field) => !field.idle);
  const regression = model.task === 'regression';
  const [least, largest] = [typed(low), typed(high)];
  const search = useMutation({
    mutationFn: () =>
      client.explanations.counterfactuals({
        modelId: model.id,
        row,
        rules: buildRules(used, drafts),
        ...(prediction.decision === null ? {} : { threshold: prediction.decision.threshold }),
        ...(wanted === null || regression ? {} : { wantedClass: wanted }),
        ...(regression && least !== undefined ? { wantedLow: least } : {}),
        ...(regression && largest !== undefined ? { wantedHigh: largest } : {}),
      }),
  });
  const ready = !regression || least !== undefined || largest !== undefined;
  return (
    <Section title={t('change')} hint={t('changeHint')}>
      <div className={classes.tools}>
        {regression ? (
          <>
            <TextInput
              size="xs"
              aria-label={t('changeGoalLow')}
              placeholder={t('changeGoalLow')}
              value={low}
              onChange={(event) => setLow(event.currentTarget.value)}
            />
            <TextInput
              size="xs"
              aria-label={t('changeGoalHigh')}
              placeholder={t('changeGoalHigh')}
              value={high}
              onChange={(event) => setHigh(event.currentTarget.value)}
            />
          </>
        ) : model.task === 'multiclass' ? (
          <Select
            size="xs"
            aria-label={t('changeGoalClass')}
            placeholder={t('changeGoalClass')}
            data={model.classes.filter((label) => label !== prediction.prediction)}
            value={wanted}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('changeGoalClass') }}
            onChange={setWanted}
          />
        ) : null}
        <Button
          size="xs"
          variant="default"
          disabled={!ready}
          loading={search.isPending}
          onClick={() => search.mutate()}
        >
          {t(search.data === undefined ? 'changeSearch' : 'changeAgain')}
        </Button>
        <Button size="xs" variant="subtle" color="gray" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'rulesHide' : 'rules')}
        </Button>
        {ready ? null : <span className={classes.dimmed}>{t('changeGoalNone')}</span>}
      </div>
      {open ? <RulesEditor fields={used} drafts={drafts} onChange={setDrafts} /> : null}
      {search.isError ? <ErrorState error={search.error} title={t('changeFailed')} /> : null}
      {search.isPending ? <SkeletonRows rows={3} /> : null}
      {search.data === undefined || search.isPending ? null : (
        <Found model={model} found={search.data} onTry={props.onTry} />
      )}
    </Section>
  );
}

type Option = Counterfactuals['found'][number] & { readonly number: number };

function Found(props: {
  readonly model: ModelDetail;
  readonly found: Counterfactuals;
  readonly onTry: (changes: RowChanges) => void;
}) {
  const t = useMessages(explanationMessages);
  const format = useFormat();
  const write = useWriteOutput(props.model);
  const { found } = props;
  const cell = (value: Cell) =>
    typeof value === 'number' ? format.significant(value, 6) : value === null ? t('missing') : String(value);
  if (found.found.length === 0) return <Notice tone="neutral">{found.reading}</Notice>;
  const columns: readonly TableColumn<Option>[] = [
    {
      key: 'changes',
      header: t('changes'),
      wrap: true,
      render: (option) => (
        <ul className={classes.changes}>
          {option.changes.map(({ column, from, to }) => (
            <li key={column}>{t('changeOf', { column, from: cell(from), to: cell(to) })}</li>
          ))}
        </ul>
      ),
    },
    {
      key: 'reached',
      header: t('reached'),
      right: true,
      render: (option) =>
        typeof option.prediction === 'number'
          ? write(option.reached)
          : `${option.prediction} (${write(option.reached)})`,
    },
    { key: 'cost', header: t('cost'), right: true, render: (option) => format.fixed(option.cost, 2) },
    {
      key: 'plausible',
      header: t('plausible'),
      render: (option) => (
        <Badge tone={option.plausible ? 'good' : 'warn'}>{t(option.plausible ? 'plausibleYes' : 'plausibleNo')}</Badge>
      ),
    },
    {
      key: 'try',
      header: '',
      render: (option) => (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => props.onTry(Object.fromEntries(option.changes.map(({ column, to }) => [column, to])))}
        >
          {t('tryOut')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <p className={classes.reading}>{found.reading}</p>
      <DataTable
        label={t('change')}
        columns={columns}
        rows={found.found.map((option, i) => ({ ...option, number: i + 1 }))}
        rowKey={(option) => String(option.number)}
      />
    </>
  );
}

/** How far the reasons hold: the warranty of this row's explanation, and the same row by other methods. Asked once the answer stands. */
import { SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Cell } from '../../../main/contract/common.ts';
import type { RowExplanation, Warranty } from '../../../main/contract/explanation-replies.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge, Notice } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './explanation.module.css';
import { explanationMessages } from './explanation-messages.ts';

const pauseMs = 500;
const methods = ['treeshap', 'lime', 'kernelshap'] as const;
type Method = (typeof methods)[number];

const tones = { A: 'good', B: 'good', C: 'warn', D: 'bad' } as const;

const aspectWords = {
  additivity: 'aspectAdditivity',
  seed: 'aspectSeed',
  stability: 'aspectStability',
  agreement: 'aspectAgreement',
  faithfulness: 'aspectFaithfulness',
  support: 'aspectSupport',
} as const;

/** The panel. */
export function WarrantyPanel(props: { readonly model: ModelDetail; readonly row: Readonly<Record<string, Cell>> }) {
  const t = useMessages(explanationMessages);
  const [method, setMethod] = useState<Method>('treeshap');
  const [settled] = useDebouncedValue(JSON.stringify(props.row), pauseMs);
  const row = JSON.parse(settled) as Record<string, Cell>;
  const query = useQuery(
    orpc.explanations.one.queryOptions({
      input: { modelId: props.model.id, row, method, warranty: true },
      placeholderData: keepPreviousData,
      gcTime: 60_000,
    }),
  );
  const words = { treeshap: t('methodShap'), lime: t('methodLime'), kernelshap: t('methodKernel') };
  return (
    <Section
      title={t('warranty')}
      hint={t('warrantyHint')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('method')}
          value={method}
          data={methods.map((each) => ({ value: each, label: words[each] }))}
          onChange={(value) => setMethod(methods.find((each) => each === value) ?? 'treeshap')}
        />
      }
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={4} />}>
        {(explanation) => (
          <div className={classes.fresh} data-stale={query.isPlaceholderData || undefined}>
            {explanation.warranty === null ? null : <Grades warranty={explanation.warranty} />}
            {explanation.method === 'treeshap' ? null : <Contributions explanation={explanation} />}
          </div>
        )}
      </QueryView>
    </Section>
  );
}

function Grades(props: { readonly warranty: Warranty }) {
  const t = useMessages(explanationMessages);
  const { warranty } = props;
  const columns: readonly TableColumn<Warranty['aspects'][number]>[] = [
    { key: 'aspect', header: t('aspect'), render: (each) => t(aspectWords[each.aspect]) },
    {
      key: 'grade',
      header: t('aspectGrade'),
      render: (each) => <Badge tone={tones[each.grade]}>{each.grade}</Badge>,
    },
    { key: 'words', header: t('aspectWords'), wrap: true, render: (each) => each.words },
  ];
  return (
    <>
      <Notice tone={tones[warranty.grade]} {...(warranty.low ? { title: t('gradeLow') } : {})}>
        {warranty.words}
      </Notice>
      <DataTable label={t('warranty')} columns={columns} rows={warranty.aspects} rowKey={(each) => each.aspect} />
    </>
  );
}

function Contributions(props: { readonly explanation: RowExplanation }) {
  const t = useMessages(explanationMessages);
  const format = useFormat();
  const { explanation } = props;
  const columns: readonly TableColumn<RowExplanation['contributions'][number]>[] = [
    { key: 'column', header: t('column'), render: (each) => <MiddleTruncate text={each.column} /> },
    {
      key: 'contribution',
      header: t('contribution'),
      right: true,
      render: (each) => format.signed(each.contribution, 3),
    },
    {
      key: 'error',
      header: t('error'),
      right: true,
      render: (each) => (each.standardError === null ? '' : format.fixed(each.standardError, 3)),
    },
  ];
  return (
    <>
      <p className={classes.reading}>{explanation.reading}</p>
      <DataTable
        label={t('contribution')}
        columns={columns}
        rows={explanation.contributions.filter((each) => each.contribution !== 0)}
        rowKey={(each) => each.column}
        maxHeight={260}
      />
    </>
  );
}

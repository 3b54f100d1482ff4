import type { DecisionCurve } from '../../../main/contract/decisions.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import classes from './decide.module.css';
import { decideMessages } from './decide-messages.ts';
import { buildOptions, type PolicyOption } from './threshold.ts';

const words = { chosen: 'optionChosen', best: 'optionBest', all: 'optionAll', none: 'optionNone' } as const;

/** Chosen, best, everybody and nobody side by side. */
export function OptionsTable(props: { readonly curve: DecisionCurve }) {
  const t = useMessages(decideMessages);
  const format = useFormat();
  const { curve } = props;
  const { currency } = curve.policy;
  const money = (value: number) => format.money(value, currency);
  const spread = (row: PolicyOption) =>
    row.low === null || row.high === null ? '' : ` ± ${format.number((row.high - row.low) / 2, 0)}`;
  const columns: readonly TableColumn<PolicyOption>[] = [
    {
      key: 'option',
      header: t('option'),
      render: (row) => (
        <span className={classes.optionName}>
          <span className={classes.mark} data-kind={row.key === 'all' ? 'none' : row.key} aria-hidden />
          {t(words[row.key])}
        </span>
      ),
    },
    {
      key: 'threshold',
      header: t('optionThreshold'),
      right: true,
      render: (row) => (row.threshold === null ? '–' : format.fixed(row.threshold, 3)),
    },
    { key: 'share', header: t('optionShare'), right: true, render: (row) => format.percent(row.share, 1) },
    { key: 'profit', header: t('optionProfit'), right: true, render: (row) => `${money(row.profit)}${spread(row)}` },
    {
      key: 'behind',
      header: t('optionBehind'),
      right: true,
      render: (row) => {
        if (row.overCapacity) return <Badge tone="warn">{t('optionOver')}</Badge>;
        return Math.abs(row.behindBest) < 0.5 ? '–' : money(row.behindBest);
      },
    },
  ];
  return (
    <Section title={t('options')} hint={t('optionsHint')} plain>
      <DataTable label={t('options')} columns={columns} rows={buildOptions(curve)} rowKey={(row) => row.key} />
    </Section>
  );
}

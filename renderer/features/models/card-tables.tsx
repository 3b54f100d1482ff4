/** The tables of the card: columns used, columns left out, and the leaderboard of the search. */
import type { InputField, LeaderboardRow, ModelDetail } from '../../../main/contract/models.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MetricEstimate, useMetricWords } from '../../ui/metric.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { cardMessages } from './card-messages.ts';
import classes from './models.module.css';

type Props = { readonly model: ModelDetail };
type Excluded = ModelDetail['excluded'][number];

/** Columns used and columns left out. */
export function CardTables(props: Props) {
  const t = useMessages(cardMessages);
  const format = useFormat();
  const { model } = props;
  const writeBound = (row: InputField, value: number) =>
    row.type === 'date' || row.type === 'datetime' ? format.date(value / 1000) : format.significant(value);
  const writeRange = (row: InputField) =>
    row.low !== null && row.high !== null
      ? `${writeBound(row, row.low)} … ${writeBound(row, row.high)}`
      : row.levels
          .slice(0, 3)
          .map((level) => level.value)
          .join(', ');
  const inputs = [...model.inputs].sort((a, b) => b.importance - a.importance);
  const columns: readonly TableColumn<InputField>[] = [
    { key: 'name', header: t('input'), render: (row) => <MiddleTruncate text={row.name} /> },
    { key: 'type', header: t('type'), render: (row) => row.type },
    {
      key: 'range',
      header: t('range'),
      render: (row) => <Clipped text={writeRange(row)} width="clamp(110px, 11vw, 300px)" />,
    },
    { key: 'missing', header: t('missing'), right: true, render: (row) => format.percent(row.missingShare, 1) },
    { key: 'importance', header: t('importance'), right: true, render: (row) => format.fixed(row.importance, 3) },
  ];
  const left: readonly TableColumn<Excluded>[] = [
    { key: 'column', header: t('excludedColumn'), width: '35%', render: (row) => <MiddleTruncate text={row.column} /> },
    { key: 'reason', header: t('excludedReason'), wrap: true, render: (row) => row.reason },
  ];
  return (
    <>
      <Section title={t('inputs')}>
        <DataTable label={t('inputs')} columns={columns} rows={inputs} rowKey={(row) => row.name} maxHeight={360} />
      </Section>
      <Section title={t('excluded')} hint={t('excludedHint', { count: model.excluded.length })}>
        <DataTable
          label={t('excluded')}
          columns={left}
          rows={model.excluded}
          rowKey={(row) => row.column}
          empty={t('excludedNone')}
          maxHeight={300}
        />
      </Section>
    </>
  );
}

/** Text that gives way before its table scrolls; the whole is in the tooltip. */
function Clipped(props: { readonly text: string; readonly width: string }) {
  return (
    <span className={classes.clipped} style={{ maxWidth: props.width }} title={props.text}>
      {props.text}
    </span>
  );
}

const stateWords = {
  running: 'stateRunning',
  done: 'stateDone',
  'stopped-early': 'stateStopped',
  failed: 'stateFailed',
} as const;

/** Every trial of the search with its settings. */
export function LeaderboardTable(props: Props) {
  const t = useMessages(cardMessages);
  const format = useFormat();
  const words = useMetricWords();
  const { model } = props;
  const settings = (row: LeaderboardRow) =>
    Object.entries(row.params)
      .map(([key, value]) => `${key} ${typeof value === 'number' ? format.significant(value, 3) : value}`)
      .join(' · ');
  const columns: readonly TableColumn<LeaderboardRow>[] = [
    { key: 'label', header: t('model'), render: (row) => <MiddleTruncate text={row.label} tail={12} /> },
    {
      key: 'tied',
      header: t('tie'),
      render: (row) => (row.tied === true ? <span title={t('tiedHint')}>{t('tied')}</span> : ''),
    },
    {
      key: 'weight',
      header: t('share'),
      right: true,
      render: (row) => (row.weight === undefined || row.weight === 0 ? '' : format.fixed(row.weight, 2)),
    },
    { key: 'learner', header: t('learner'), render: (row) => row.learner },
    {
      key: 'score',
      header: words.name(model.metric),
      right: true,
      render: (row) => (row.score === null ? '–' : <MetricEstimate metric={model.metric} estimate={row.score} />),
    },
    { key: 'fit', header: t('fit'), right: true, render: (row) => format.duration(row.fitSeconds) },
    {
      key: 'state',
      header: t('state'),
      render: (row) => <span title={row.note ?? ''}>{t(stateWords[row.state])}</span>,
    },
    {
      key: 'settings',
      header: t('settings'),
      render: (row) => (
        <span className="mono">
          <Clipped text={settings(row)} width="clamp(180px, 24vw, 620px)" />
        </span>
      ),
    },
  ];
  return (
    <Section title={t('leaderboard')}>
      <DataTable
        label={t('leaderboard')}
        columns={columns}
        rows={model.leaderboard}
        rowKey={(row) => String(row.trial)}
        maxHeight={420}
      />
    </Section>
  );
}

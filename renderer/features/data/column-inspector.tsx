import { Button } from '@mantine/core';
import { type ReactNode, useCallback } from 'react';
import type { ColumnProfile, DatasetDetail } from '../../../main/contract/datasets.ts';
import { barsChart, histogramChart } from '../../charts/builders/distribution.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { SeverityBadge } from '../../ui/badges.tsx';
import { useTypeWord } from '../../ui/column-type.tsx';
import { Inspector, Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { EmptyState, QueryView, SkeletonChart } from '../../ui/states.tsx';
import classes from './data.module.css';
import { profileMessages } from './messages.ts';
import { useProfile } from './use-profile.ts';

function Distribution(props: { readonly profile: ColumnProfile }) {
  const t = useMessages(profileMessages);
  const format = useFormat();
  const { profile } = props;
  const histogram = useCallback(
    (context: ChartContext) => histogramChart(context, { bins: profile.histogram, name: profile.name }),
    [profile],
  );
  const top = useCallback(
    (context: ChartContext) =>
      barsChart(context, {
        items: profile.top.slice(0, 10).map((item) => ({ label: item.value, value: item.count })),
        name: context.t('rows'),
        labelName: context.t('value'),
        labelWidth: 110,
        format: context.format.integer,
      }),
    [profile],
  );
  if (profile.histogram.length > 0) {
    const at = (p: number) => profile.quantiles.find((each) => Math.abs(each.p - p) < 1e-9)?.value;
    const [low, high] = [at(0.25), at(0.75)];
    const reading =
      low === undefined || high === undefined
        ? ''
        : t('histogramReading', { low: format.significant(low), high: format.significant(high) });
    return <Chart title={t('histogramTitle')} reading={reading} build={histogram} height={190} />;
  }
  const first = profile.top[0];
  const reading =
    first === undefined
      ? ''
      : t('topReading', { value: first.value, share: format.percent(first.count / Math.max(1, profile.rows)) });
  return (
    <Chart
      title={t('topTitle')}
      reading={reading}
      build={top}
      height={Math.max(110, Math.min(10, profile.top.length) * 24 + 44)}
      empty={first === undefined ? t('topEmpty') : null}
    />
  );
}

function useFacts(profile: ColumnProfile): readonly { readonly label: string; readonly value: ReactNode }[] {
  const t = useMessages(profileMessages);
  const format = useFormat();
  const typeWord = useTypeWord();
  const cell = (value: ColumnProfile['min']) =>
    typeof value === 'number' ? format.significant(value, 6) : value === null ? '–' : String(value);
  const count = (value: number) =>
    `${format.integer(value)} (${format.percent(profile.rows > 0 ? value / profile.rows : 0)})`;
  const optional: readonly (readonly [Parameters<typeof t>[0], number | null, (value: number) => string])[] = [
    ['mean', profile.mean, (value) => format.significant(value, 5)],
    ['sd', profile.sd, (value) => format.significant(value, 5)],
    ['zeros', profile.zeros, count],
    ['negatives', profile.negatives, count],
    ['infinities', profile.infinities, count],
  ];
  return [
    { label: t('type'), value: typeWord(profile.type) },
    { label: t('missing'), value: count(profile.missing) },
    {
      label: t('distinct'),
      value: profile.distinctApproximate
        ? t('about', { count: format.integer(profile.distinct) })
        : format.integer(profile.distinct),
    },
    { label: t('min'), value: cell(profile.min) },
    { label: t('max'), value: cell(profile.max) },
    ...optional.flatMap(([key, value, write]) => (value === null ? [] : [{ label: t(key), value: write(value) }])),
    ...profile.quantiles.map(({ p, value }) => ({
      label: t('quantile', { p: format.percent(p, 1) }),
      value: format.significant(value, 5),
    })),
  ];
}

function ColumnFacts(props: { readonly profile: ColumnProfile }) {
  return <Facts items={useFacts(props.profile)} />;
}

/** Everything known about one column of a data set. */
export function ColumnInspector(props: {
  readonly dataset: DatasetDetail;
  readonly column: string;
  readonly inGrid: boolean;
  readonly onClose: () => void;
  readonly onShow: () => void;
}) {
  const t = useMessages(profileMessages);
  const profile = useProfile(props.dataset);
  return (
    <Inspector title={props.column} onClose={props.onClose}>
      <QueryView query={profile} skeleton={<SkeletonChart height={190} />}>
        {(data) => {
          const column = data.columns.find((each) => each.name === props.column);
          if (column === undefined) return <EmptyState compact title={t('topEmpty')} />;
          const findings = data.findings.filter((finding) => finding.column === props.column);
          return (
            <div className={classes.stack}>
              <Distribution profile={column} />
              {findings.map((finding) => (
                <div key={finding.kind + finding.message}>
                  <SeverityBadge severity={finding.severity} /> {finding.message}
                </div>
              ))}
              <Section>
                <ColumnFacts profile={column} />
              </Section>
              {props.inGrid ? null : (
                <Button variant="default" onClick={props.onShow}>
                  {t('showInGrid')}
                </Button>
              )}
            </div>
          );
        }}
      </QueryView>
    </Inspector>
  );
}

/** Fairness by the groups of a chosen column: who is chosen, found and accused wrongly, with rows and intervals. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { FairnessReport, ModelDetail } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { EstimateText, Term } from '../../ui/stat.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import { fairnessMessages } from './fairness-messages.ts';
import classes from './quality.module.css';

const route = getRouteApi('/models/$modelId');
const fewRows = 30;

type Group = FairnessReport['groups'][number];

/** The table of groups with a choice of the column. */
export function FairnessPanel(props: { readonly model: ModelDetail; readonly column: string }) {
  const t = useMessages(fairnessMessages);
  const navigate = route.useNavigate();
  const { model, column } = props;
  const query = useQuery(orpc.models.fairness.queryOptions({ input: { id: model.id, column } }));
  return (
    <Section
      title={t('title')}
      hint={t('hint')}
      actions={
        <Select
          w={240}
          size="xs"
          aria-label={t('by')}
          data={model.inputs.map((input) => input.name)}
          value={column}
          searchable
          onChange={(value) =>
            void navigate({
              search: (old) => ({ ...old, group: value ?? undefined }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      }
    >
      <QueryView query={query} skeleton={<SkeletonRows rows={4} />}>
        {(report) => <GroupTable report={report} />}
      </QueryView>
    </Section>
  );
}

function GroupTable(props: { readonly report: FairnessReport }) {
  const t = useMessages(fairnessMessages);
  const format = useFormat();
  const { report } = props;
  const measures = report.groups[0]?.measures.map(({ measure }) => measure) ?? [];
  const columns: readonly TableColumn<Group>[] = [
    {
      key: 'group',
      header: t('group'),
      fluid: true,
      render: (row) => <MiddleTruncate text={row.value} tail={14} />,
    },
    { key: 'rows', header: t('rows'), right: true, render: (row) => format.integer(row.rows) },
    ...measures.map(
      (measure): TableColumn<Group> => ({
        key: measure,
        header: <Term hint={t(`measure_${measure}_help`)}>{t(`measure_${measure}`)}</Term>,
        right: true,
        render: (row) => <Measure group={row} measure={measure} />,
      }),
    ),
    ...(report.mostSelected === null
      ? []
      : [
          {
            key: 'ratio',
            header: <Term hint={t('ratioHelp')}>{t('ratio')}</Term>,
            right: true,
            render: (row: Group) => <Ratio group={row} below={report.belowFourFifths.includes(row.value)} />,
          },
        ]),
  ];
  return (
    <>
      <p className={classes.reading}>
        {report.reading}
        {report.threshold === null ? null : ` ${t('threshold', { threshold: format.fixed(report.threshold, 2) })}`}
      </p>
      <DataTable
        label={t('title')}
        columns={columns}
        rows={report.groups}
        rowKey={(row) => row.value}
        empty={t('none')}
        maxHeight={520}
      />
    </>
  );
}

function Measure(props: { readonly group: Group; readonly measure: Group['measures'][number]['measure'] }) {
  const t = useMessages(fairnessMessages);
  const found = props.group.measures.find(({ measure }) => measure === props.measure);
  if (found === undefined) return '–';
  const share = found.measure !== 'mean_error' && found.measure !== 'absolute_error';
  const text = share ? <EstimateText estimate={found.estimate} percent /> : <EstimateText estimate={found.estimate} />;
  return (
    <span className={classes.measure}>
      {found.differs ? (
        <Badge tone="warn">
          <Term hint={t('differsHelp')}>{t('differs')}</Term>
        </Badge>
      ) : null}
      {text}
    </span>
  );
}

function Ratio(props: { readonly group: Group; readonly below: boolean }) {
  const t = useMessages(fairnessMessages);
  const format = useFormat();
  const { impactRatio, rows } = props.group;
  if (rows < fewRows) return <Badge tone="neutral">{t('few')}</Badge>;
  if (impactRatio === null) return '–';
  const text = format.percent(impactRatio, 0);
  return props.below ? <Badge tone="warn">{text}</Badge> : text;
}

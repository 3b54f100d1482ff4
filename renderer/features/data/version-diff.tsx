import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { VersionDiff } from '../../../main/contract/cleaning.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { Facts, Term } from '../../ui/stat.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './quality.module.css';
import { versionsMessages } from './quality-messages.ts';

type ByKey = NonNullable<VersionDiff['byKey']>;
type Example = ByKey['examples'][number];

function useCell(): (value: Example['before']) => string {
  const t = useMessages(versionsMessages);
  const format = useFormat();
  return (value) => (value === null ? t('missing') : typeof value === 'number' ? format.plain(value) : String(value));
}

function Rows(props: { readonly byKey: VersionDiff['byKey'] }) {
  const t = useMessages(versionsMessages);
  const format = useFormat();
  const cell = useCell();
  const { byKey } = props;
  if (byKey === null) return <p className={classes.line}>{t('byKeyNone')}</p>;
  return (
    <Section title={t('byKey', { key: byKey.key.join(', ') })}>
      <p className={classes.line}>
        {t('byKeyLine', {
          added: format.integer(byKey.added),
          removed: format.integer(byKey.removed),
          changed: format.integer(byKey.changedRows),
          cells: format.integer(byKey.changedCells),
        })}
      </p>
      {byKey.examples.length === 0 ? null : (
        <DataTable
          label={t('examples')}
          rows={byKey.examples}
          rowKey={(example) => `${example.kind}${example.key.join(' ')}${example.column ?? ''}`}
          columns={[
            { key: 'kind', header: t('what'), width: 90, render: (example) => t(`kind_${example.kind}`) },
            { key: 'key', header: t('key'), render: (example) => example.key.map(cell).join(', ') },
            { key: 'column', header: t('column'), render: (example) => example.column ?? '–' },
            {
              key: 'before',
              header: t('before'),
              render: (example) => (example.column === null ? '–' : cell(example.before)),
            },
            {
              key: 'after',
              header: t('after'),
              render: (example) => (example.column === null ? '–' : cell(example.after)),
            },
          ]}
        />
      )}
    </Section>
  );
}

function Diff(props: { readonly diff: VersionDiff }) {
  const t = useMessages(versionsMessages);
  const format = useFormat();
  const { diff } = props;
  const names = (items: readonly { readonly name: string }[]) =>
    items.length === 0 ? t('none') : items.map(({ name }) => name).join(', ');
  return (
    <div className={classes.stack}>
      <Facts
        items={[
          {
            label: t('diffRows'),
            value: t('diffRowsValue', { from: format.integer(diff.rows.from), to: format.integer(diff.rows.to) }),
          },
          { label: t('added'), value: names(diff.schema.added) },
          { label: t('removed'), value: names(diff.schema.removed) },
          {
            label: t('retyped'),
            value:
              diff.schema.retyped.length === 0
                ? t('none')
                : diff.schema.retyped.map((each) => t('retypedOne', each)).join(', '),
          },
        ]}
      />
      <Section
        title={t('distribution')}
        hint={diff.sampledRows === null ? undefined : t('sampled', { count: format.integer(diff.sampledRows) })}
      >
        <DataTable
          label={t('distribution')}
          rows={diff.distribution}
          rowKey={(each) => each.column}
          maxHeight={360}
          columns={[
            { key: 'column', header: t('column'), render: (each) => each.column },
            {
              key: 'psi',
              header: <Term hint={t('psiHint')}>{t('psi')}</Term>,
              right: true,
              width: 80,
              render: (each) => (each.psi === null ? '–' : format.fixed(each.psi, 3)),
            },
            {
              key: 'ks',
              header: <Term hint={t('ksHint')}>{t('ks')}</Term>,
              right: true,
              width: 80,
              render: (each) => (each.ks === null ? '–' : format.fixed(each.ks, 3)),
            },
            { key: 'words', header: t('words'), wrap: true, render: (each) => each.words },
          ]}
        />
      </Section>
      <Rows byKey={diff.byKey} />
    </div>
  );
}

/** Compares two versions of a data set. */
export function CompareVersions(props: {
  readonly id: string;
  readonly versions: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly onChange: (next: { readonly from: number; readonly to: number }) => void;
}) {
  const t = useMessages(versionsMessages);
  const { id, versions, from, to, onChange } = props;
  const choices = versions.map(String);
  const diff = useQuery(orpc.datasets.diff.queryOptions({ input: { id, from, to }, enabled: versions.length > 1 }));
  return (
    <Section title={t('compare')} hint={t('compareHint')}>
      {versions.length < 2 ? (
        <p className={classes.line}>{t('compareOne')}</p>
      ) : (
        <div className={classes.stack}>
          <div className={classes.tools}>
            <Select
              size="xs"
              label={t('compareFrom')}
              data={choices}
              value={String(from)}
              allowDeselect={false}
              onChange={(next) => onChange({ from: Number(next), to })}
            />
            <Select
              size="xs"
              label={t('compareTo')}
              data={choices}
              value={String(to)}
              allowDeselect={false}
              onChange={(next) => onChange({ from, to: Number(next) })}
            />
          </div>
          <QueryView query={diff} skeleton={<SkeletonRows rows={8} />}>
            {(data) => <Diff diff={data} />}
          </QueryView>
        </div>
      )}
    </Section>
  );
}

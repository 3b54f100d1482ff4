/** Settings of a feature that reads one column: from where, how far back, how old it may be, over which window. */
import { Checkbox, NumberInput, Select, SimpleGrid } from '@mantine/core';
import type { FeatureSpec } from '../../../main/contract/feature-sets.ts';
import { useMessages } from '../../lib/locale.tsx';
import { DurationInput } from './duration-input.tsx';
import {
  aggregates,
  type ColumnFeature,
  type FeatureSource,
  firstColumn,
  freshWindow,
  windowKinds,
} from './feature-kinds.ts';
import { setMessages } from './set-messages.ts';

type Props<F> = {
  readonly feature: F;
  readonly onChange: (feature: FeatureSpec) => void;
};

export function FeatureFields(props: Props<ColumnFeature> & { readonly sources: readonly FeatureSource[] }) {
  const t = useMessages(setMessages);
  const { feature, sources, onChange } = props;
  const columns = sources.find(({ alias }) => alias === feature.source)?.columns ?? [];
  const countsRows = feature.kind === 'window' && feature.aggregate === 'count';
  const withColumn = (column: string | null): void => {
    if (column !== null) onChange({ ...feature, column });
    else if (feature.kind === 'window') {
      const { column: _none, ...rest } = feature;
      onChange(rest);
    }
  };
  return (
    <>
      <SimpleGrid cols={2} spacing="sm" verticalSpacing="xs">
        <Select
          label={t('from')}
          data={sources.map(({ alias }) => ({ value: alias, label: alias === 'base' ? t('baseOption') : alias }))}
          value={feature.source}
          allowDeselect={false}
          onChange={(source) => {
            const found = sources.find(({ alias }) => alias === source);
            if (found !== undefined && found.alias !== feature.source)
              onChange({ ...feature, source: found.alias, column: firstColumn(found.columns) });
          }}
        />
        <Select
          label={t('column')}
          placeholder={countsRows ? t('anyRow') : t('missingColumn')}
          data={columns.map(({ name }) => name)}
          value={feature.column === undefined || feature.column === '' ? null : feature.column}
          searchable
          clearable={countsRows}
          allowDeselect={false}
          onChange={withColumn}
        />
        {feature.kind === 'window' ? <WindowFields feature={feature} onChange={onChange} /> : null}
        {feature.kind === 'lag' ? (
          <NumberInput
            label={t('back')}
            min={1}
            max={10_000}
            value={feature.steps}
            onChange={(steps) => onChange({ ...feature, steps: Math.max(1, Math.round(Number(steps) || 1)) })}
          />
        ) : null}
        {feature.kind === 'latest' || feature.kind === 'lag' ? (
          <ToleranceField feature={feature} onChange={onChange} />
        ) : null}
      </SimpleGrid>
      {feature.kind === 'join' ? null : (
        <Checkbox
          size="xs"
          label={t('strict')}
          checked={feature.strict ?? feature.source === 'base'}
          onChange={(event) => onChange({ ...feature, strict: event.currentTarget.checked })}
        />
      )}
    </>
  );
}

function ToleranceField({ feature, onChange }: Props<Extract<FeatureSpec, { kind: 'latest' | 'lag' }>>) {
  const t = useMessages(setMessages);
  return (
    <DurationInput
      label={t('within')}
      seconds={feature.within}
      onChange={(within) => onChange({ ...feature, within })}
      onClear={() => {
        const { within: _none, ...rest } = feature;
        onChange(rest);
      }}
    />
  );
}

function WindowFields({ feature, onChange }: Props<Extract<FeatureSpec, { kind: 'window' }>>) {
  const t = useMessages(setMessages);
  const { window } = feature;
  return (
    <>
      <Select
        label={t('function')}
        data={aggregates.map((value) => ({ value, label: t(value) }))}
        value={feature.aggregate}
        allowDeselect={false}
        onChange={(value) =>
          onChange({ ...feature, aggregate: aggregates.find((aggregate) => aggregate === value) ?? 'mean' })
        }
      />
      <Select
        label={t('window')}
        data={windowKinds.map((value) => ({ value, label: t(`window_${value}`) }))}
        value={window.kind}
        allowDeselect={false}
        onChange={(value) =>
          onChange({ ...feature, window: freshWindow(windowKinds.find((kind) => kind === value) ?? 'all') })
        }
      />
      {window.kind === 'rows' ? (
        <NumberInput
          label={t('rowCount')}
          min={1}
          max={1_000_000}
          value={window.rows}
          onChange={(rows) =>
            onChange({ ...feature, window: { ...window, rows: Math.max(1, Math.round(Number(rows) || 1)) } })
          }
        />
      ) : null}
      {'seconds' in window ? (
        <DurationInput
          label={t(window.kind === 'session' ? 'pause' : window.kind === 'tumbling' ? 'block' : 'length')}
          seconds={window.seconds}
          onChange={(seconds) => onChange({ ...feature, window: { ...window, seconds } })}
        />
      ) : null}
      {window.kind === 'tumbling' ? (
        <Checkbox
          size="xs"
          style={{ alignSelf: 'end' }}
          mb={8}
          label={t('complete')}
          checked={window.complete === true}
          onChange={(event) => onChange({ ...feature, window: { ...window, complete: event.currentTarget.checked } })}
        />
      ) : null}
    </>
  );
}

/** What the output carries. */
import { NumberInput, Select, TextInput } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import { predictMessages } from './messages.ts';
import type { OutputFormat } from './output-name.ts';
import classes from './predict.module.css';

const route = getRouteApi('/predict');
const order = ['label', 'input', 'description', 'error'] as const;
const maxReasons = 50;
const levels = [0.8, 0.9, 0.95, 0.99] as const;

/** Key column, reasons, format and, where the host reads the file by its path, where to write. */
export function BatchOptions(props: {
  readonly columns: readonly string[];
  readonly path: string | null;
  readonly onPath: (path: string) => void;
  /** Whether the model can give intervals. */
  readonly intervals: boolean;
}) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: {
    id?: string | undefined;
    reasons?: number | undefined;
    interval?: number | undefined;
    format?: OutputFormat | undefined;
  }) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  return (
    <Section title={t('options')}>
      <div className={classes.options}>
        <Select
          label={t('optionId')}
          description={t('optionIdHint')}
          inputWrapperOrder={[...order]}
          placeholder={t('optionIdNone')}
          data={[...new Set(props.columns)]}
          value={search.id ?? null}
          clearable
          searchable
          onChange={(value) => change({ id: value ?? undefined })}
        />
        <NumberInput
          label={t('optionReasons')}
          description={t('optionReasonsHint')}
          inputWrapperOrder={[...order]}
          value={search.reasons ?? 0}
          min={0}
          max={maxReasons}
          allowDecimal={false}
          onChange={(value) =>
            change({ reasons: typeof value === 'number' && value > 0 && value <= maxReasons ? value : undefined })
          }
        />
        {props.intervals ? (
          <Select
            label={t('optionInterval')}
            description={t('optionIntervalHint')}
            inputWrapperOrder={[...order]}
            placeholder={t('optionIntervalNone')}
            data={levels.map((level) => ({ value: String(level), label: format.percent(level, 0) }))}
            value={search.interval === undefined ? null : String(search.interval)}
            clearable
            onChange={(value) => change({ interval: value === null ? undefined : Number(value) })}
          />
        ) : null}
        <Select
          label={t('optionFormat')}
          data={[
            { value: 'csv', label: t('formatCsv') },
            { value: 'jsonl', label: t('formatJsonl') },
            { value: 'parquet', label: t('formatParquet') },
            { value: 'xlsx', label: t('formatXlsx') },
          ]}
          value={search.format ?? 'csv'}
          allowDeselect={false}
          onChange={(value) => change({ format: value === 'csv' ? undefined : (value as OutputFormat) })}
        />
        {props.path === null ? null : (
          <TextInput
            label={t('optionPath')}
            value={props.path}
            onChange={(event) => props.onPath(event.currentTarget.value)}
          />
        )}
      </div>
    </Section>
  );
}

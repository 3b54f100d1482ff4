/** A column read in another way, or its times taken for those of a zone: a step that is previewed like every other. */
import { Autocomplete, Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { CleaningStep } from '../../../main/contract/cleaning.ts';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import { changeMessages } from './change-messages.ts';
import { type Change, changeStep, changesOf, dateFormats, freshChange } from './change-steps.ts';
import classes from './quality.module.css';

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export function ChangeColumn(props: {
  readonly dataset: DatasetDetail;
  readonly onPreview: (steps: readonly CleaningStep[]) => void;
}) {
  const t = useMessages(changeMessages);
  const { schema } = props.dataset;
  const [column, setColumn] = useState<string | null>(null);
  const [change, setChange] = useState<Change | null>(null);
  const type = schema.find(({ name }) => name === column)?.type;
  const step = column === null || change === null ? null : changeStep(column, change);
  return (
    <Section title={t('title')} hint={t('hint')}>
      <div className={classes.tools}>
        <Select
          label={t('column')}
          data={schema.map(({ name }) => name)}
          value={column}
          searchable
          allowDeselect={false}
          onChange={(name) => {
            setColumn(name);
            setChange(null);
          }}
        />
        <Select
          label={t('what')}
          data={(type === undefined ? [] : changesOf(type)).map((value) => ({ value, label: t(value) }))}
          value={change?.kind ?? null}
          disabled={type === undefined}
          allowDeselect={false}
          onChange={(value) => {
            const kind = (type === undefined ? [] : changesOf(type)).find((each) => each === value);
            if (kind !== undefined) setChange(freshChange(kind));
          }}
        />
        {change?.kind === 'number' ? (
          <>
            <Select
              label={t('decimal')}
              data={[
                { value: '.', label: '1,234.50' },
                { value: ',', label: '1.234,50' },
              ]}
              value={change.decimal}
              allowDeselect={false}
              onChange={(decimal) => setChange({ ...change, decimal: decimal === ',' ? ',' : '.' })}
            />
            <TextInput
              label={t('unit')}
              placeholder={t('unitHint')}
              value={change.unit}
              maxLength={40}
              onChange={(event) => setChange({ ...change, unit: event.currentTarget.value })}
            />
          </>
        ) : null}
        {change?.kind === 'date' || change?.kind === 'datetime' ? (
          <Autocomplete
            label={t('format')}
            data={[...dateFormats[change.kind]]}
            value={change.format}
            maxLength={100}
            onChange={(format) => setChange({ ...change, format })}
          />
        ) : null}
        {change?.kind === 'zone' ? (
          <>
            <Autocomplete
              label={t('zone')}
              data={zones}
              limit={60}
              value={change.zone}
              onChange={(zone) => setChange({ ...change, zone })}
            />
            <Autocomplete
              label={t('to')}
              data={zones}
              limit={60}
              value={change.to}
              onChange={(to) => setChange({ ...change, to })}
            />
          </>
        ) : null}
        <Button
          variant="default"
          disabled={step === null}
          onClick={() => {
            if (step !== null) props.onPreview([step]);
          }}
        >
          {t('preview')}
        </Button>
      </div>
      {change?.kind === 'date' || change?.kind === 'datetime' ? (
        <p className={classes.line}>{t('formatHint')}</p>
      ) : null}
      {change?.kind === 'zone' ? <p className={classes.line}>{t('zoneHint')}</p> : null}
    </Section>
  );
}

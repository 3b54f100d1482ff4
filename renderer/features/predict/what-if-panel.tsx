/** What if: turn the strongest factors and see the answer move; the form keeps its values until they are taken over. */
import { Button, Select, Slider } from '@mantine/core';
import type { Cell } from '../../../main/contract/common.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import type { Prediction } from '../../../main/contract/predictions.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { useWriteOutput } from './answer-panel.tsx';
import type { FormField } from './form-fields.ts';
import { predictMessages } from './messages.ts';
import classes from './predict.module.css';
import type { RowChanges } from './row-values.ts';
import { compareOutputs, pickFactors, type WhatIfFactor } from './what-if.ts';

const shownFactors = 5;

type Props = {
  readonly model: ModelDetail;
  readonly fields: readonly FormField[];
  readonly row: Readonly<Record<string, Cell>>;
  readonly changes: RowChanges;
  readonly base: Prediction;
  readonly now: Prediction | null;
  readonly onChange: (field: FormField, value: Cell) => void;
  readonly onReset: () => void;
  readonly onApply: () => void;
};

/** The panel. */
export function WhatIfPanel(props: Props) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const write = useWriteOutput(props.model);
  const { changes } = props;
  const factors = pickFactors(props.base, props.fields, props.row, shownFactors, Object.keys(changes));
  const active = Object.keys(changes).length > 0;
  const change = active ? compareOutputs(props.base, props.now) : null;
  const difference = (value: number) =>
    props.model.task === 'regression' ? format.signed(value, 2) : `${format.signed(value * 100, 1)} pp`;
  return (
    <Section title={t('whatIf')} hint={t('whatIfHint')}>
      {factors.length === 0 ? <p className={classes.dimmed}>{t('whatIfEmpty')}</p> : null}
      <div className={classes.whatIfHead}>
        <span className={classes.whatIfText}>
          {change === null
            ? t('whatIfNone')
            : t('whatIfWas', {
                was: write(change.was),
                now: write(change.now),
                difference: difference(change.difference),
              })}
        </span>
        {active ? (
          <>
            <Button size="xs" variant="subtle" color="gray" onClick={props.onReset}>
              {t('whatIfReset')}
            </Button>
            <Button size="xs" variant="default" onClick={props.onApply}>
              {t('whatIfApply')}
            </Button>
          </>
        ) : null}
      </div>
      {factors.map((factor) => (
        <Factor
          key={factor.field.name}
          factor={factor}
          was={props.row[factor.field.name] ?? null}
          now={
            changes[factor.field.name] === undefined
              ? (props.row[factor.field.name] ?? null)
              : (changes[factor.field.name] ?? null)
          }
          onChange={(value) => props.onChange(factor.field, value)}
        />
      ))}
    </Section>
  );
}

function Factor(props: {
  readonly factor: WhatIfFactor;
  readonly was: Cell;
  readonly now: Cell;
  readonly onChange: (value: Cell) => void;
}) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const { factor, was, now } = props;
  const cell = (value: Cell) =>
    typeof value === 'number' ? format.significant(value, 4) : value === null ? t('missing') : String(value);
  const label = t('whatIfControl', { column: factor.field.name });
  const { slider } = factor;
  return (
    <div className={classes.factor}>
      <span className={classes.factorName}>
        <MiddleTruncate text={factor.field.name} />
      </span>
      {slider === null ? (
        <Select
          size="xs"
          aria-label={label}
          data={[...new Set([...factor.levels, ...(now === null ? [] : [String(now)])])]}
          value={now === null ? null : String(now)}
          placeholder={t('missing')}
          searchable={factor.levels.length > 8}
          onChange={props.onChange}
        />
      ) : (
        <Slider
          size="sm"
          thumbLabel={label}
          min={slider.min}
          max={slider.max}
          step={slider.step}
          label={(value) => format.significant(value, 4)}
          value={typeof now === 'number' ? now : slider.min}
          onChange={(value) => props.onChange(Number(value.toPrecision(12)))}
        />
      )}
      <span className={classes.factorValue}>
        {now === was ? (
          cell(was)
        ) : (
          <>
            <span className={classes.factorWas}>{`${cell(was)} → `}</span>
            {cell(now)}
          </>
        )}
      </span>
    </div>
  );
}

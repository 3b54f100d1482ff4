/** A number as text: comma or point, empty for missing, arrow keys step, its usual range below. */
import { TextInput } from '@mantine/core';
import { type KeyboardEvent, useEffect, useState } from 'react';
import type { Cell } from '../../../main/contract/common.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { FieldHint, FieldLabel, type FieldProps, fieldOrder } from './field-parts.tsx';
import { predictMessages } from './messages.ts';
import classes from './predict.module.css';
import { rateNumber, readNumber } from './row-values.ts';

const write = (cell: Cell) => (typeof cell === 'number' ? String(cell) : '');

/** The control of a number column. */
export function NumberField(props: FieldProps) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const { field, value, onChange } = props;
  const [text, setText] = useState(write(value));
  const [problem, setProblem] = useState<'not-a-number' | 'not-whole' | null>(null);
  useEffect(() => {
    setText((old) => {
      const read = readNumber(old, false);
      return 'value' in read && read.value === value ? old : write(value);
    });
  }, [value]);
  const { control } = field;
  if (control.kind !== 'number') return null;
  const take = (next: string) => {
    setText(next);
    const read = readNumber(next, control.whole);
    if ('problem' in read) return setProblem(read.problem);
    setProblem(null);
    if (read.value !== value) onChange(read.value);
  };
  const step = (event: KeyboardEvent) => {
    const sign = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (sign === 0) return;
    event.preventDefault();
    const size = control.step * (event.shiftKey ? 10 : 1);
    const from = typeof value === 'number' ? value : (control.low ?? 0);
    take(String(Number((from + sign * size).toPrecision(12))));
  };
  const rating = rateNumber(field, value);
  const low = control.low === null ? '' : format.significant(control.low, 4);
  const high = control.high === null ? '' : format.significant(control.high, 4);
  const hint = () => {
    if (value === null) return <FieldHint>{t('missing')}</FieldHint>;
    if (low === '' || high === '') return null;
    if (rating === 'unseen') {
      const range = { min: format.significant(control.min ?? 0, 4), max: format.significant(control.max ?? 0, 4) };
      return <FieldHint warn>{t('rangeUnseen', range)}</FieldHint>;
    }
    return rating === 'rare' ? (
      <FieldHint warn>{t('rangeRare', { low, high })}</FieldHint>
    ) : (
      <FieldHint>{t('rangeHint', { low, high })}</FieldHint>
    );
  };
  return (
    <TextInput
      classNames={{ input: classes.number ?? '' }}
      label={<FieldLabel field={field} />}
      aria-label={field.name}
      inputMode="decimal"
      placeholder={t('missing')}
      inputWrapperOrder={[...fieldOrder]}
      description={problem === null ? hint() : null}
      error={problem === null ? null : t(problem === 'not-whole' ? 'notWhole' : 'notANumber')}
      value={text}
      onChange={(event) => take(event.currentTarget.value)}
      onKeyDown={step}
    />
  );
}

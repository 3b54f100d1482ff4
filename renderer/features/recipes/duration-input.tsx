/** A span of time as a number with its unit; seconds outside. */
import { Group, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { useMessages } from '../../lib/locale.tsx';
import { setMessages } from './set-messages.ts';
import { type SpanUnit, spanOf, spanUnits, unitSeconds } from './spans.ts';

/** Empty is allowed where `onClear` says what it means. */
export function DurationInput(props: {
  readonly label: string;
  readonly description?: string;
  readonly seconds: number | undefined;
  readonly onChange: (seconds: number) => void;
  readonly onClear?: () => void;
  readonly least?: number;
}) {
  const t = useMessages(setMessages);
  const { label, seconds, onChange, onClear, least = 1 } = props;
  const [unit, setUnit] = useState<SpanUnit>(seconds === undefined ? 'days' : spanOf(seconds).unit);
  const take = (value: number | string, of: SpanUnit) => {
    if (typeof value === 'number') onChange(Math.max(least, value * unitSeconds[of]));
    else onClear?.();
  };
  return (
    <Group gap={4} align="end" wrap="nowrap">
      <NumberInput
        style={{ flex: 1, minWidth: 70 }}
        label={label}
        description={props.description}
        min={0}
        hideControls
        value={seconds === undefined ? '' : seconds / unitSeconds[unit]}
        onChange={(value) => take(value, unit)}
      />
      <Select
        w={104}
        aria-label={t('unitOf', { label })}
        data={spanUnits.map((value) => ({ value, label: t(value) }))}
        value={unit}
        allowDeselect={false}
        onChange={(value) => {
          const next = spanUnits.find((each) => each === value) ?? unit;
          setUnit(next);
          if (seconds !== undefined) take(seconds / unitSeconds[unit], next);
        }}
      />
    </Group>
  );
}

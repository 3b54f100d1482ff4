import { NumberInput } from '@mantine/core';

/** A number field that may be empty. */
export function OptionalNumber(props: {
  readonly label: string;
  readonly value: number | undefined;
  readonly min?: number;
  readonly max?: number;
  readonly onChange: (value: number | undefined) => void;
}) {
  const { value, onChange, ...rest } = props;
  return (
    <NumberInput
      {...rest}
      value={value ?? ''}
      onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
    />
  );
}

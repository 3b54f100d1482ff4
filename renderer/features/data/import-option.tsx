import { Select } from '@mantine/core';
import { useMessages } from '../../lib/locale.tsx';
import { importMessages } from './import-messages.ts';

type Choice = { readonly value: string; readonly label: string };

/** One choice of how a file is read: what was found, and what to read instead. */
export function Option(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly choices: readonly Choice[];
  readonly found: string | null;
  readonly width: number;
  readonly onChange: (value: string | undefined) => void;
}) {
  const t = useMessages(importMessages);
  const found = props.found === null || props.found === '' ? t('detectedNone') : t('detected', { value: props.found });
  return (
    <Select
      w={props.width}
      label={props.label}
      value={props.value ?? 'auto'}
      data={[{ value: 'auto', label: found }, ...props.choices]}
      onChange={(value) => props.onChange(value === null || value === 'auto' ? undefined : value)}
    />
  );
}

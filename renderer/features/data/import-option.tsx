import { Select } from '@mantine/core';
import type { RecalledControl } from '../../../main/contract/import-options.ts';
import { useMessages } from '../../lib/locale.tsx';
import { importMessages } from './import-messages.ts';
import { withDetect } from './import-request.ts';
import type { Preview } from './import-types.ts';
import type { ImportSearch } from './search.ts';

type Choice = { readonly value: string; readonly label: string };

/** What was asked for at the last import of the data set, and whether it is to be found out anew. */
export type Recall = {
  readonly again: Preview['again'];
  readonly detect: ImportSearch['detect'];
};

/** One choice of how a file is read: as it was last time or as found, and what to read instead. */
export function Option(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly choices: readonly Choice[];
  readonly found: string | null;
  readonly width: number;
  /** Under this name it is remembered for the next file. */
  readonly control: RecalledControl;
  readonly recall: Recall;
  readonly onChange: (value: string | undefined, detect: ImportSearch['detect']) => void;
}) {
  const t = useMessages(importMessages);
  const { control, recall, value } = props;
  const found = props.found === null || props.found === '' ? t('detectedNone') : t('detected', { value: props.found });
  const last = recall.again[control];
  const isAnew = recall.detect?.includes(control) === true;
  const known = props.choices.find((choice) => choice.value === (last === '' ? 'none' : String(last)));
  const asBefore =
    last === undefined ? (isAnew ? t('againUse') : found) : t('again', { value: known?.label ?? String(last) });
  const anew = last === undefined && !isAnew ? [] : [{ value: 'anew', label: isAnew ? found : t('anew') }];
  return (
    <Select
      w={props.width + (last === undefined ? 0 : 80)}
      label={props.label}
      value={value ?? (isAnew ? 'anew' : 'auto')}
      data={[{ value: 'auto', label: asBefore }, ...anew, ...props.choices]}
      onChange={(next) => {
        const isOwn = next !== null && next !== 'auto' && next !== 'anew';
        props.onChange(isOwn ? next : undefined, withDetect(recall.detect, control, next === 'anew'));
      }}
    />
  );
}

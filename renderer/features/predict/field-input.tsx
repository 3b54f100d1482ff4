/** The control of one column: a number with its usual range, a list of levels that takes others too, a date, or text. */
import { Autocomplete, Combobox, Select, TextInput } from '@mantine/core';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { FieldHint, FieldLabel, type FieldProps, fieldOrder } from './field-parts.tsx';
import type { FormField } from './form-fields.ts';
import { predictMessages } from './messages.ts';
import { NumberField } from './number-field.tsx';
import classes from './predict.module.css';
import { isKnownLevel } from './row-values.ts';

/** The control that fits the column. */
export function FieldInput(props: FieldProps) {
  const { control } = props.field;
  if (control.kind === 'number') return <NumberField {...props} />;
  if (control.kind === 'date') return <DateField {...props} />;
  if (control.kind === 'text') return <TextField {...props} />;
  return control.open ? <OpenLevels {...props} /> : <ClosedLevels {...props} />;
}

function useLevels(field: FormField) {
  const format = useFormat();
  const levels = field.control.kind === 'select' ? field.control.levels : [];
  const shares = new Map(levels.map((level) => [level.value, level.share]));
  const renderOption = ({ option }: { readonly option: { readonly value: string } }) => {
    const share = shares.get(option.value);
    return (
      <span className={classes.option}>
        <MiddleTruncate text={option.value} />
        {share === undefined || share === 0 ? null : <span className={classes.share}>{format.percent(share, 1)}</span>}
      </span>
    );
  };
  return { names: levels.map((level) => level.value), renderOption };
}

function OpenLevels(props: FieldProps) {
  const t = useMessages(predictMessages);
  const { field, value, onChange } = props;
  const { names, renderOption } = useLevels(field);
  const text = value === null ? '' : String(value);
  const description = () => {
    if (value === null) return <FieldHint>{t('missing')}</FieldHint>;
    return isKnownLevel(field, value) ? null : <FieldHint warn>{t('unknownLevel')}</FieldHint>;
  };
  return (
    <Autocomplete
      label={<FieldLabel field={field} />}
      aria-label={field.name}
      placeholder={t('missing')}
      data={names}
      rightSection={<Combobox.Chevron />}
      rightSectionPointerEvents="none"
      limit={60}
      maxDropdownHeight={260}
      value={text}
      inputWrapperOrder={[...fieldOrder]}
      description={description()}
      renderOption={renderOption}
      filter={({ options, search }) =>
        names.includes(search)
          ? options
          : options.filter((option) => 'value' in option && option.value.toLowerCase().includes(search.toLowerCase()))
      }
      onChange={(next) => onChange(next === '' ? null : next)}
    />
  );
}

function ClosedLevels(props: FieldProps) {
  const t = useMessages(predictMessages);
  const { field, value, onChange } = props;
  const { names, renderOption } = useLevels(field);
  return (
    <Select
      label={<FieldLabel field={field} />}
      aria-label={field.name}
      placeholder={t('missing')}
      data={names}
      value={value === null ? null : String(value)}
      clearable
      inputWrapperOrder={[...fieldOrder]}
      description={value === null ? <FieldHint>{t('missing')}</FieldHint> : null}
      renderOption={renderOption}
      onChange={onChange}
    />
  );
}

function DateField(props: FieldProps) {
  const t = useMessages(predictMessages);
  const { field, value, onChange } = props;
  const withTime = field.control.kind === 'date' && field.control.withTime;
  const text = typeof value === 'string' ? value.replace(' ', 'T').slice(0, withTime ? 16 : 10) : '';
  return (
    <TextInput
      type={withTime ? 'datetime-local' : 'date'}
      label={<FieldLabel field={field} />}
      aria-label={field.name}
      value={text}
      inputWrapperOrder={[...fieldOrder]}
      description={value === null ? <FieldHint>{t('missing')}</FieldHint> : null}
      onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
    />
  );
}

function TextField(props: FieldProps) {
  const t = useMessages(predictMessages);
  const { field, value, onChange } = props;
  return (
    <TextInput
      label={<FieldLabel field={field} />}
      aria-label={field.name}
      placeholder={t('missing')}
      value={value === null ? '' : String(value)}
      onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
    />
  );
}

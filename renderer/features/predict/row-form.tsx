/** The form of one row: what moves the answer most comes first; columns the model does not use are folded away. */
import { Button, Collapse, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Cell } from '../../../main/contract/common.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import { FieldInput } from './field-input.tsx';
import { type FormField, filterFields } from './form-fields.ts';
import { predictMessages } from './messages.ts';
import classes from './predict.module.css';

const searchFrom = 12;

/** The form. */
export function RowForm(props: {
  readonly fields: readonly FormField[];
  readonly row: Readonly<Record<string, Cell>>;
  readonly changed: boolean;
  readonly onChange: (field: FormField, value: Cell) => void;
  readonly onReset: () => void;
}) {
  const t = useMessages(predictMessages);
  const [search, setSearch] = useState('');
  const [showIdle, setShowIdle] = useState(false);
  const shown = filterFields(props.fields, search);
  const used = shown.filter((field) => !field.idle);
  const idle = shown.filter((field) => field.idle);
  const grid = (fields: readonly FormField[]) => (
    <div className={classes.form}>
      {fields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          value={props.row[field.name] ?? null}
          onChange={(value) => props.onChange(field, value)}
        />
      ))}
    </div>
  );
  const reset = (
    <Button size="xs" variant="default" disabled={!props.changed} title={t('resetHint')} onClick={props.onReset}>
      {t('reset')}
    </Button>
  );
  return (
    <Section title={t('form')} hint={t('formHint')} actions={reset} plain>
      {props.fields.length < searchFrom ? null : (
        <div className={classes.formTools}>
          <TextInput
            size="xs"
            aria-label={t('search')}
            placeholder={t('search')}
            leftSection={<IconSearch size={14} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      )}
      {shown.length === 0 ? <p className={classes.dimmed}>{t('formNoMatch', { search })}</p> : grid(used)}
      {idle.length === 0 ? null : (
        <div className={classes.idle}>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            aria-expanded={showIdle}
            onClick={() => setShowIdle(!showIdle)}
          >
            {t('idleFields', { count: idle.length })}
          </Button>
          <Collapse expanded={showIdle || search !== ''} transitionDuration={100}>
            {grid(idle)}
          </Collapse>
        </div>
      )}
    </Section>
  );
}

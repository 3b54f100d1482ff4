/** What may change: one line a column, the strongest first. */
import { MultiSelect, Select, TextInput } from '@mantine/core';
import { useMessages } from '../../lib/locale.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { freedomsOf, freeRule, type RuleDraft, type RuleDrafts } from './change-rules.ts';
import classes from './explanation.module.css';
import { explanationMessages } from './explanation-messages.ts';
import type { FormField } from './form-fields.ts';

/** The editor. */
export function RulesEditor(props: {
  readonly fields: readonly FormField[];
  readonly drafts: RuleDrafts;
  readonly onChange: (drafts: RuleDrafts) => void;
}) {
  const { drafts } = props;
  return (
    <div className={classes.rules}>
      {props.fields.map((field) => (
        <RuleLine
          key={field.name}
          field={field}
          draft={drafts[field.name] ?? freeRule}
          onChange={(draft) => props.onChange({ ...drafts, [field.name]: draft })}
        />
      ))}
    </div>
  );
}

const freedomWords = { free: 'ruleFree', fixed: 'ruleFixed', up: 'ruleUp', down: 'ruleDown' } as const;

function RuleLine(props: {
  readonly field: FormField;
  readonly draft: RuleDraft;
  readonly onChange: (draft: RuleDraft) => void;
}) {
  const t = useMessages(explanationMessages);
  const { field, draft, onChange } = props;
  const column = field.name;
  const freedoms = freedomsOf(field);
  const open = draft.freedom !== 'fixed';
  const bounds = [
    ['min', t('least'), t('ruleMin', { column })],
    ['max', t('largest'), t('ruleMax', { column })],
    ['step', t('step'), t('ruleStep', { column })],
  ] as const;
  return (
    <div className={classes.rule}>
      <span className={classes.ruleName}>
        <MiddleTruncate text={column} />
      </span>
      <Select
        size="xs"
        aria-label={t('rule', { column })}
        data={freedoms.map((freedom) => ({ value: freedom, label: t(freedomWords[freedom]) }))}
        value={draft.freedom}
        allowDeselect={false}
        onChange={(value) => onChange({ ...draft, freedom: freedoms.find((each) => each === value) ?? 'free' })}
      />
      <div className={classes.ruleLimits}>
        {open && field.control.kind === 'number'
          ? bounds.map(([key, placeholder, label]) => (
              <TextInput
                key={key}
                size="xs"
                aria-label={label}
                placeholder={placeholder}
                value={draft[key]}
                maxLength={30}
                onChange={(event) => onChange({ ...draft, [key]: event.currentTarget.value })}
              />
            ))
          : null}
        {open && field.control.kind === 'select' ? (
          <MultiSelect
            size="xs"
            flex={1}
            aria-label={t('ruleLevels', { column })}
            placeholder={draft.levels.length === 0 ? t('anyLevel') : ''}
            data={field.control.levels.map((level) => level.value)}
            value={[...draft.levels]}
            searchable
            onChange={(levels) => onChange({ ...draft, levels })}
          />
        ) : null}
      </div>
    </div>
  );
}

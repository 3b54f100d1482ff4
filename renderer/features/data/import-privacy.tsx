import { Button, SegmentedControl } from '@mantine/core';
import type { PiiColumn, PrivacyAction } from '../../../main/contract/privacy.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import classes from './import.module.css';
import { withAction } from './import-request.ts';
import { piiMessages } from './pii-messages.ts';

type Chosen = Readonly<Record<string, PrivacyAction>>;

const asBefore = 'as-before';
const actions: readonly PrivacyAction[] = ['keep', 'mask', 'hash', 'drop'];

/** Keep, mask, hash or drop, for one column; undecided, it is done as last time. */
export function PrivacyChoice(props: {
  readonly column: string;
  readonly value: PrivacyAction | undefined;
  readonly onChange: (action: PrivacyAction | undefined) => void;
}) {
  const t = useMessages(piiMessages);
  const choices = [{ value: asBefore, label: t('asBefore') }, ...actions.map((value) => ({ value, label: t(value) }))];
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('actionFor', { column: props.column })}
      data={choices}
      value={props.value ?? asBefore}
      onChange={(value) => props.onChange(actions.find((each) => each === value))}
    />
  );
}

/** Columns that personal data are found in, and what is done with each before anything is stored. */
export function ImportPrivacy(props: {
  readonly found: readonly PiiColumn[];
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
}) {
  const t = useMessages(piiMessages);
  const { found, chosen, onChange } = props;
  const others = Object.keys(chosen).filter((column) => !found.some((each) => each.column === column));
  if (found.length === 0 && others.length === 0) return null;
  const set = (column: string) => (action: PrivacyAction | undefined) => onChange(withAction(chosen, column, action));
  const all = () =>
    onChange({ ...chosen, ...Object.fromEntries(found.map(({ column }) => [column, 'mask' as const])) });
  return (
    <Section
      title={t('title')}
      hint={t('hint')}
      plain
      actions={
        found.length === 0 ? null : (
          <Button size="compact-xs" variant="default" onClick={all}>
            {t('maskAll')}
          </Button>
        )
      }
    >
      <ul className={classes.privacy}>
        {found.map(({ column, kind, evidence }) => (
          <li key={column}>
            <PrivacyChoice column={column} value={chosen[column]} onChange={set(column)} />
            <span>
              <b>{column}</b> – {t(`kind_${kind}`)}. <span className={classes.privacyWhy}>{evidence}</span>
            </span>
          </li>
        ))}
        {others.map((column) => (
          <li key={column}>
            <PrivacyChoice column={column} value={chosen[column]} onChange={set(column)} />
            <span>
              <b>{column}</b> – {t('chosenByYou')}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

import { Radio } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ColumnReading } from '../../../main/contract/datasets.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Inspector, Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import classes from './import.module.css';
import { importMessages } from './import-messages.ts';
import { piiMessages } from './pii-messages.ts';

function Choice(props: {
  readonly chosen: boolean;
  readonly title: string;
  readonly reading: string;
  readonly children: ReactNode;
  readonly onChoose: () => void;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the radio inside is the control
    <label className={classes.choice} data-chosen={props.chosen || undefined}>
      <Radio
        checked={props.chosen}
        onChange={props.onChoose}
        name="reading"
        label={props.title}
        description={props.reading}
      />
      <div className={classes.choiceText}>{props.children}</div>
    </label>
  );
}

/** One column's best reading and its runner-up side by side, with what each would make of the values. */
export function ReadingInspector(props: {
  readonly column: ColumnReading;
  readonly second: boolean;
  readonly onSecond: (second: boolean) => void;
  readonly onClose: () => void;
  /** Choice of what is done with the column's personal data. */
  readonly privacy: ReactNode;
}) {
  const t = useMessages(importMessages);
  const pii = useMessages(piiMessages);
  const format = useFormat();
  const { column, second } = props;
  return (
    <Inspector title={column.name} onClose={props.onClose}>
      <div className={classes.stack}>
        <Choice chosen={!second} title={t('first')} reading={column.reading} onChoose={() => props.onSecond(false)}>
          {column.evidence}
        </Choice>
        {column.alternative === null || column.alternativeCode === null ? (
          <p className={classes.choiceText}>{t('noSecond')}</p>
        ) : (
          <Choice
            chosen={second}
            title={t('second')}
            reading={column.alternative}
            onChoose={() => props.onSecond(true)}
          >
            <Facts
              items={[
                { label: t('changed'), value: format.integer(column.changedValues) },
                { label: t('hindered'), value: format.integer(column.hinderedBy) },
              ]}
            />
          </Choice>
        )}
        <Section title={pii('title')}>{props.privacy}</Section>
        <Section title={t('examples')}>
          <div className={classes.examples}>
            {[...new Set(column.examples)].map((example) => (
              <span key={example} className={classes.example}>
                {example}
              </span>
            ))}
          </div>
        </Section>
        <Section>
          <Facts
            items={[
              { label: t('sourceName'), value: column.sourceName },
              { label: t('missing'), value: format.integer(column.missing) },
              {
                label: t('missingWords'),
                value:
                  column.missingWords.length === 0
                    ? t('none')
                    : column.missingWords.map(({ word, count }) => `“${word}” × ${format.integer(count)}`).join(', '),
              },
            ]}
          />
        </Section>
      </div>
    </Inspector>
  );
}

import { IconCheck, IconX } from '@tabler/icons-react';
import type { DecisionCurve } from '../../../main/contract/decisions.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Section } from '../../ui/page.tsx';
import classes from './decide.module.css';
import { decideMessages } from './decide-messages.ts';
import type { OutcomeKey } from './policy-form.ts';

const cells = [
  { key: 'truePositive', word: 'outcomeTruePositive', right: true },
  { key: 'falsePositive', word: 'outcomeFalsePositive', right: false },
  { key: 'falseNegative', word: 'outcomeFalseNegative', right: false },
  { key: 'trueNegative', word: 'outcomeTrueNegative', right: true },
] as const satisfies readonly { key: OutcomeKey; word: string; right: boolean }[];

/** How many rows end in each of the four outcomes at the chosen threshold, and what one of them is worth. */
export function OutcomeCounts(props: { readonly curve: DecisionCurve; readonly positive: string }) {
  const t = useMessages(decideMessages);
  const format = useFormat();
  const { curve, positive } = props;
  const { chosen, policy } = curve;
  const hint = t('outcomesHint', { rows: curve.rows, positives: format.integer(curve.positives), positive });
  const perRow = (key: OutcomeKey) => {
    const money = policy.matrix[key];
    return format.money(money, policy.currency, Number.isInteger(money) ? 0 : 2);
  };
  return (
    <Section title={t('outcomes')} hint={hint}>
      <div className={classes.outcomes}>
        {cells.map((cell) => (
          <div key={cell.key} className={classes.outcome}>
            <div className={classes.outcomeName} data-tone={cell.right ? 'good' : 'bad'}>
              {cell.right ? <IconCheck size={15} aria-hidden /> : <IconX size={15} aria-hidden />}
              {t(cell.word, { positive })}
            </div>
            <div className={classes.outcomeCount}>{format.integer(chosen[cell.key])}</div>
            <div className={classes.outcomeMoney}>{t('outcomeEach', { money: perRow(cell.key) })}</div>
          </div>
        ))}
      </div>
    </Section>
  );
}

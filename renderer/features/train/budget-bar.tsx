import type { JobSnapshot } from '../../../main/contract/jobs.ts';
import { isActive } from '../../client/jobs.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { trainMessages } from './messages.ts';
import { measureBudget } from './time-left.ts';
import classes from './train.module.css';
import { useTicking } from './use-board.ts';

/** Stages after the search, when no more trials are tried. */
const closingStages = new Set(['judge', 'assemble', 'export']);

/** How much of the time budget is used, in words and as a bar. */
export function BudgetBar(props: { readonly job: JobSnapshot; readonly budgetSeconds: number | null }) {
  const t = useMessages(trainMessages);
  const format = useFormat();
  const { job, budgetSeconds } = props;
  const now = useTicking(isActive(job));
  const measured = measureBudget(job, budgetSeconds, now);
  const searchOver = closingStages.has(job.stage);
  const state = searchOver ? { ...measured, leftSeconds: 0, fraction: 1 } : measured;
  const used = format.duration(Math.floor(state.usedSeconds));
  const left = state.leftSeconds === null ? null : format.duration(Math.ceil(state.leftSeconds));
  const text = (): string => {
    if (state.leftSeconds === 0 && (searchOver || budgetSeconds !== null)) return t('budgetOver', { used });
    if (budgetSeconds === null)
      return left === null ? t('budgetUsedTrials', { used }) : t('budgetUsedEta', { used, left });
    return t('budgetUsed', { used, budget: format.duration(budgetSeconds), left });
  };
  const percent = Math.round(state.fraction * 1000) / 10;
  return (
    <div className={classes.budget}>
      <div className={classes.budgetHead}>
        <span>{text()}</span>
        <span className={classes.budgetText}>{t('liveLeave')}</span>
      </div>
      <div
        className={classes.track}
        role="progressbar"
        aria-label={t('budgetLabel')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        tabIndex={-1}
      >
        <div className={classes.bar} style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
}

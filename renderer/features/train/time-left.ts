/** The budget bar of a running training: how much of the wall-clock budget is used, and what is left. */

export type BudgetState = {
  readonly usedSeconds: number;
  readonly budgetSeconds: number | null;
  readonly leftSeconds: number | null;
  /** 0…1; by the job's own progress when trials are counted instead of seconds. */
  readonly fraction: number;
};

/** Budget state of a job at `now`; `budgetSeconds` null means a run by number of trials. */
export function measureBudget(
  job: {
    readonly startedAt: number | null;
    readonly endedAt: number | null;
    readonly fraction: number;
    readonly etaSeconds: number | null;
  },
  budgetSeconds: number | null,
  now: number,
): BudgetState {
  const usedSeconds = job.startedAt === null ? 0 : Math.max(0, ((job.endedAt ?? now) - job.startedAt) / 1000);
  if (budgetSeconds === null) {
    return { usedSeconds, budgetSeconds, leftSeconds: job.etaSeconds, fraction: clamp(job.fraction) };
  }
  return {
    usedSeconds,
    budgetSeconds,
    leftSeconds: Math.max(0, budgetSeconds - usedSeconds),
    fraction: clamp(usedSeconds / budgetSeconds),
  };
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));

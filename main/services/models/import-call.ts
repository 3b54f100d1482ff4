import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { JobContext } from '../../jobs/types.ts';

const stages = {
  read: { fraction: 0.05, message: 'Reading the file' },
  compare: { fraction: 0.2, message: 'Comparing with the predictions given' },
  export: { fraction: 0.45, message: 'Writing its graph' },
  check: { fraction: 0.75, message: 'Checking that graph and kernels agree' },
  record: { fraction: 0.95, message: 'Taking it into the workspace' },
} as const;

/** What an import is given of its job. */
export type ImportCall = {
  readonly abort: AbortSignal;
  readonly stop: StopSignal;
  /** Private folder of the job. */
  readonly scratchDir: string;
  /** Begins a stage; throws cancelled when the job was. */
  readonly begin: (stage: keyof typeof stages) => void;
};

/** What the import of a model is given of the job it is. */
export const importCallOf = ({ abort, stop, scratchDir, report }: JobContext): ImportCall => ({
  abort,
  stop,
  scratchDir,
  begin: (stage) => {
    throwIfStopped(stop);
    report({ stage, ...stages[stage] });
  },
});

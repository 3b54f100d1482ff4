/**
 * What trial number t tries, given the outcomes known then: the best parameters of an earlier run where one is named, the
 * learners' starts by their order, one trial with the columns that beat shuffled targets, then proposals of the estimator,
 * three of four for the learner that leads and the fourth for the one behind it. A pure function of the facts, the
 * outcomes and the seed. Null when the learners asked for have nothing more to try.
 */
import type { TrialSpec } from '../../compute/tasks/fit-split.ts';
import { proposeNext, type TrialResult } from '../../ml/search/tpe.ts';
import type { DataFacts, LearnerEntry, LearnerSearch, Proposal } from './learners/entry.ts';
import { learnerEntries } from './learners/index.ts';
import type { TrialOutcome } from './search.ts';

export type ProposerOptions = DataFacts & {
  /** Tried first: what was best in an earlier run. */
  readonly warm?: readonly Proposal[];
  /** True: only warm trials and starts, so that what is tried does not depend on any outcome. */
  readonly startsOnly?: boolean;
  /** True: the columns are those of the model that is continued; none are selected. */
  readonly columnsFixed?: boolean;
};

type Searchable = { readonly entry: LearnerEntry; readonly search: LearnerSearch };

/** Fewer columns are not worth a trial without the useless ones. */
const fewestToSelect = 8;
/** With so many columns selection comes early: every later trial gains time from it. */
const manyColumns = 60;
const nullRuns = 4;

/** See the head of this file. */
export function createProposer(
  options: ProposerOptions,
): (trial: number, known: readonly TrialOutcome[]) => Proposal | null {
  const entries = learnerEntries.filter((entry) => options.learners.includes(entry.name));
  const warm = options.warm ?? [];
  const tried = new Set(warm.map(({ spec }) => JSON.stringify(spec)));
  const starts = entries
    .flatMap((entry) => entry.starts(options))
    .sort((a, b) => a.order - b.order)
    .filter(({ spec }) => !tried.has(JSON.stringify(spec)))
    .map(({ spec, label, role }): Proposal => ({ spec, label, role }));
  const fixed = [...warm, ...starts];
  const searchable = entries.flatMap((entry): Searchable[] =>
    entry.search === null ? [] : [{ entry, search: entry.search(options) }],
  );
  const selectAt = selectionPlace(options, warm.length, fixed.length);
  return (trial, known) => {
    if (selectAt !== null && trial === selectAt) {
      const selected = selectionTrial(known, options.seed);
      if (selected !== null) return selected;
    }
    const index = selectAt !== null && trial > selectAt ? trial - 1 : trial;
    if (index < fixed.length) return fixed[index];
    if (options.startsOnly === true || searchable.length === 0) return null;
    const { search } = learnerOf(searchable, known, trial - fixed.length);
    const history = known.flatMap((outcome): TrialResult[] => {
      const configuration = search.configurationOf(outcome.proposal.spec);
      return configuration === null ? [] : [{ configuration, loss: searchLoss(outcome) }];
    });
    const configuration = proposeNext(history, search.space, options.seed, trial);
    const proposal = search.propose(configuration, trial, bestSpec(search, known));
    return selectAt !== null && selectionHelps(known) ? withSelection(proposal, options.seed) : proposal;
  };
}

function selectionPlace(options: ProposerOptions, warm: number, fixed: number): number | null {
  const trees = options.learners.includes('trees');
  if (!trees || options.startsOnly === true || options.columnsFixed === true || options.features < fewestToSelect)
    return null;
  return options.features >= manyColumns ? Math.min(fixed, warm + 3) : fixed;
}

function selectionTrial(known: readonly TrialOutcome[], seed: number): Proposal | null {
  const best = bestOf(known.filter((outcome) => outcome.proposal.spec.learner === 'trees'));
  return best === null ? null : { ...withSelection(best.proposal, seed), role: 'start' };
}

function withSelection(proposal: Proposal, seed: number): Proposal {
  if (proposal.spec.learner !== 'trees') return proposal;
  const spec: TrialSpec = { ...proposal.spec, selection: { nullRuns, seed } };
  return { ...proposal, spec, label: `${proposal.label}, useful columns only` };
}

const selects = (outcome: TrialOutcome): boolean =>
  outcome.proposal.spec.learner === 'trees' && outcome.proposal.spec.selection !== undefined;

/** Whether the trial with fewer columns was no worse than the best with all. */
function selectionHelps(known: readonly TrialOutcome[]): boolean {
  const first = known.find(selects);
  if (first === undefined || first.state !== 'done') return false;
  const rivals = known.filter((outcome) => outcome.trial < first.trial && outcome.proposal.spec.learner === 'trees');
  const all = bestOf(rivals);
  return all !== null && first.loss <= all.loss;
}

function learnerOf(searchable: readonly Searchable[], known: readonly TrialOutcome[], turn: number): Searchable {
  const ranked = searchable
    .map((each) => ({ each, loss: bestOf(known.filter((outcome) => isOf(each.search, outcome)))?.loss }))
    .sort((a, b) => (a.loss ?? Number.POSITIVE_INFINITY) - (b.loss ?? Number.POSITIVE_INFINITY));
  const second = ranked.length > 1 && turn % 4 === 3;
  return ranked[second ? 1 : 0].each;
}

function bestOf(outcomes: readonly TrialOutcome[]): TrialOutcome | null {
  let best: TrialOutcome | null = null;
  for (const outcome of outcomes) {
    if (outcome.state === 'done' && (best === null || outcome.loss < best.loss)) best = outcome;
  }
  return best;
}

const isOf = (search: LearnerSearch, outcome: TrialOutcome): boolean =>
  search.configurationOf(outcome.proposal.spec) !== null;

const bestSpec = (search: LearnerSearch, known: readonly TrialOutcome[]): TrialSpec | null =>
  bestOf(known.filter((outcome) => isOf(search, outcome)))?.proposal.spec ?? null;

/** A trial stopped in its bracket counts with the mean of what it showed. */
function searchLoss(outcome: TrialOutcome): number {
  if (outcome.state === 'done') return outcome.loss;
  const seen = outcome.foldLosses.filter((loss) => Number.isFinite(loss));
  return seen.length === 0 ? Number.POSITIVE_INFINITY : seen.reduce((sum, loss) => sum + loss, 0) / seen.length;
}

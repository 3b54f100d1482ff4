import { describe, expect, it } from 'vitest';
import type { TrainingPlan } from '../../../../../main/contract/models.ts';
import { findPreset, parseDuration, writeDuration } from '../../../../../renderer/features/train/budget.ts';
import {
  buildColumnChoices,
  listGeneralFindings,
  switchColumn,
} from '../../../../../renderer/features/train/column-choices.ts';
import { continuableModels } from '../../../../../renderer/features/train/continuable.ts';
import {
  averageFolds,
  emptyBoard,
  endedCount,
  foldPoints,
  measureGain,
  pickCurves,
  rankRows,
  restBoard,
} from '../../../../../renderer/features/train/live-board.ts';
import { readTrainSearch } from '../../../../../renderer/features/train/search.ts';
import {
  buildPlanInput,
  buildTrainInput,
  chooseTarget,
  chooseTask,
  findObstacle,
} from '../../../../../renderer/features/train/setup.ts';
import { measureBudget } from '../../../../../renderer/features/train/time-left.ts';

const plan: TrainingPlan = {
  target: 'Churn',
  targetReason: 'last column with two values',
  targetCandidates: [{ column: 'Churn', reason: 'two values' }],
  task: 'binary',
  taskReason: 'two values',
  classes: [
    { value: 'No', count: 5174 },
    { value: 'Yes', count: 1869 },
  ],
  positive: 'Yes',
  metric: 'auc',
  metricReason: 'ranking matters',
  validation: {
    kind: 'cv',
    scheme: 'stratified',
    folds: 5,
    repeats: 1,
    reason: 'few rows',
    alternatives: [],
  },
  time: null,
  rows: 7043,
  missingTarget: 0,
  features: [
    { name: 'tenure', type: 'integer' },
    { name: 'Contract', type: 'text' },
    { name: 'score', type: 'number' },
  ],
  excluded: [
    { column: 'customerID', reason: 'every row has another value' },
    { column: 'leaky', reason: 'knows the answer' },
  ],
  findings: [
    { kind: 'id-like', column: 'customerID', severity: 'warn', count: 7043, message: 'Looks like an id.' },
    { kind: 'leak', column: 'leaky', severity: 'block', count: null, message: 'Predicts the target alone.' },
    { kind: 'duplicate-rows', column: null, severity: 'info', count: 22, message: '22 duplicates.' },
    { kind: 'high-cardinality', column: 'Contract', severity: 'info', count: 3, message: 'Many values.' },
  ],
  budgetSeconds: 60,
  estimate: { seconds: 62, memoryBytes: 3e8, diskBytes: 1e7, basis: '7 043 rows' },
  sealed: null,
  refusal: null,
};

describe('training setup', () => {
  it('sends only what was chosen to the planner', () => {
    expect(buildPlanInput({ dataset: 'ds_1', target: 'Churn', folds: undefined }, 'ds_1')).toEqual({
      datasetId: 'ds_1',
      target: 'Churn',
    });
  });
  it('starts with the proposed target and budget, and with no budget when trials are counted', () => {
    expect(buildTrainInput({}, 'ds_1', plan)).toEqual({ datasetId: 'ds_1', target: 'Churn', budgetSeconds: 60 });
    expect(buildTrainInput({ trials: 8, budget: 10 }, 'ds_1', plan)).toMatchObject({ trials: 8, budgetSeconds: 10 });
    expect(buildTrainInput({ trials: 8 }, 'ds_1', plan)).not.toHaveProperty('budgetSeconds');
  });
  it('forgets answers that belonged to another target or task', () => {
    const setup = { target: 'Churn', task: 'binary', positive: 'Yes', metric: 'f1', drop: ['a', 'tenure'] } as const;
    expect(chooseTarget(setup, 'tenure')).toMatchObject({ target: 'tenure', drop: ['a'] });
    expect(chooseTarget(setup, 'tenure').task).toBeUndefined();
    expect(chooseTask(setup, 'regression')).toMatchObject({
      task: 'regression',
      metric: undefined,
      positive: undefined,
    });
  });
  it('says what hinders the start', () => {
    expect(findObstacle(plan, {})).toBeNull();
    expect(findObstacle({ ...plan, refusal: 'needs 40 GB' }, {})).toBe('refused');
    expect(findObstacle({ ...plan, features: [] }, {})).toBe('no-columns');
    expect(findObstacle(plan, { learners: [] })).toBe('no-learner');
  });
});

describe('column choices', () => {
  it('puts what needs a look first, excluded before used', () => {
    expect(buildColumnChoices(plan, {}).map((row) => [row.column, row.used, row.severity])).toEqual([
      ['leaky', false, 'block'],
      ['customerID', false, 'warn'],
      ['Contract', true, 'info'],
      ['tenure', true, 'none'],
      ['score', true, 'none'],
    ]);
  });
  it('keeps an excluded column and gives the decision back', () => {
    const kept = switchColumn(plan, {}, 'customerID', true);
    expect(kept.keep).toEqual(['customerID']);
    const after = {
      ...plan,
      excluded: plan.excluded.slice(1),
      features: [...plan.features, { name: 'customerID', type: 'text' as const }],
    };
    expect(buildColumnChoices(after, kept).find((row) => row.column === 'customerID')).toMatchObject({
      used: true,
      decidedBy: 'user',
    });
    expect(switchColumn(after, kept, 'customerID', false).keep).toBeUndefined();
    expect(switchColumn(after, kept, 'customerID', false).drop).toBeUndefined();
  });
  it('drops a used column and takes it back, also when the planner lists drops as excluded', () => {
    const dropped = switchColumn(plan, {}, 'tenure', false);
    expect(dropped.drop).toEqual(['tenure']);
    const after = {
      ...plan,
      features: plan.features.slice(1),
      excluded: [...plan.excluded, { column: 'tenure', reason: 'dropped' }],
    };
    expect(buildColumnChoices(after, dropped).find((row) => row.column === 'tenure')).toMatchObject({
      used: false,
      decidedBy: 'user',
    });
    expect(switchColumn(after, dropped, 'tenure', true)).toMatchObject({ drop: undefined, keep: undefined });
  });
  it('lists findings about the whole table apart', () => {
    expect(listGeneralFindings(plan).map((finding) => finding.kind)).toEqual(['duplicate-rows']);
  });
});

describe('budget', () => {
  it.each([
    ['90', 90],
    ['90 s', 90],
    ['2 min', 120],
    ['1,5 min', 90],
    ['1h 30m', 5400],
    ['1:30', 90],
    ['1:00:00', 3600],
  ])('reads %s as %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));
  it.each(['', 'soon', '0', '0.2 s', '2 days', '30 h', '-5'])('does not read %j', (text) =>
    expect(parseDuration(text)).toBeNull(),
  );
  it('writes what it reads', () => {
    for (const seconds of [1, 45, 60, 90, 300, 3600, 5430]) expect(parseDuration(writeDuration(seconds))).toBe(seconds);
  });
  it('names presets', () => {
    expect([10, 60, 300, 61].map(findPreset)).toEqual(['10', '60', '300', 'own']);
  });
  it('measures what is left of a time budget and follows progress when trials are counted', () => {
    const job = { startedAt: 1000, endedAt: null, fraction: 0.3, etaSeconds: 12 };
    expect(measureBudget(job, 60, 16_000)).toEqual({
      usedSeconds: 15,
      budgetSeconds: 60,
      leftSeconds: 45,
      fraction: 0.25,
    });
    expect(measureBudget(job, null, 16_000)).toMatchObject({ leftSeconds: 12, fraction: 0.3 });
    expect(measureBudget({ ...job, startedAt: null }, 60, 16_000)).toMatchObject({ usedSeconds: 0, leftSeconds: 60 });
  });
});

describe('P3 live board', () => {
  const points = [
    { series: 'baseline', score: 0.5 },
    { series: 'leaderboard', trial: 1, learner: 'trees', label: 'Trees', score: null, state: 'running' },
    {
      series: 'leaderboard',
      trial: 2,
      learner: 'linear',
      label: 'Linear',
      score: 0.83,
      low: 0.82,
      high: 0.84,
      fitSeconds: 1,
      state: 'done',
    },
    { series: 'best', trial: 2, seconds: 2, score: 0.83 },
    { series: 'curve', trial: 1, round: 1, valid: 0.7 },
    { series: 'curve', trial: 1, round: 2, valid: 0.72 },
    { series: 'leaderboard', trial: 3, learner: 'trees', label: 'Bad', state: 'failed' },
    {
      series: 'leaderboard',
      trial: 1,
      learner: 'trees',
      label: 'Trees',
      score: 0.85,
      low: 0.84,
      high: 0.86,
      fitSeconds: 3,
      state: 'done',
    },
    { series: 'best', trial: 1, seconds: 5, score: 0.85 },
    { series: 'weather', trial: 'x' },
    { series: 'curve', trial: 1, round: 'nonsense', valid: 1 },
  ];
  it('replaces a running trial by its result and passes over what it does not know', () => {
    const board = foldPoints(foldPoints(emptyBoard, points.slice(0, 5)), points.slice(5));
    expect(board).toEqual(foldPoints(emptyBoard, points));
    expect(rankRows(board, 'auc').map((row) => [row.trial, row.state])).toEqual([
      [1, 'done'],
      [2, 'done'],
      [3, 'failed'],
    ]);
    expect(board.curves.get(1)?.get(0)).toHaveLength(2);
  });
  it('says of a job at rest that its running trials wait or were not finished, and goes on when points come again', () => {
    const point = { series: 'leaderboard', learner: 'trees', label: 'small' };
    const running = foldPoints(emptyBoard, [
      { ...point, trial: 0, state: 'done', score: 0.8, metric: 'auc' },
      { ...point, trial: 1, state: 'running' },
    ]);
    const states = (paused: boolean) => rankRows(restBoard(running, paused), 'auc').map((row) => row.state);
    expect(states(true)).toEqual(['done', 'paused']);
    expect(states(false)).toEqual(['done', 'unfinished']);
    expect([running, restBoard(running, true), restBoard(running, false)].map(endedCount)).toEqual([1, 1, 1]);
    const resumed = foldPoints(running, [{ ...point, trial: 1, state: 'done', score: 0.9 }]);
    expect(rankRows(resumed, 'auc').map((row) => row.trial)).toEqual([1, 0]);
  });

  it('ranks lower scores first for losses', () => {
    expect(rankRows(foldPoints(emptyBoard, points), 'log_loss')[0]?.trial).toBe(2);
  });
  it('reads scores that come as estimates', () => {
    const board = foldPoints(emptyBoard, [
      { series: 'leaderboard', trial: 4, score: { value: 0.7, low: 0.6, high: 0.8 } },
    ]);
    expect(board.rows.get(4)?.score).toEqual({ value: 0.7, low: 0.6, high: 0.8 });
  });
  it('remembers when the best score was found', () => {
    expect(foldPoints(emptyBoard, points).bestSeconds).toBe(5);
  });
  it('measures the gain so that positive is better', () => {
    const board = foldPoints(emptyBoard, points);
    expect(measureGain(board, 'auc')).toBeCloseTo(0.35);
    expect(measureGain(emptyBoard, 'auc')).toBeNull();
    const loss = foldPoints(emptyBoard, [
      { series: 'baseline', score: 0.6 },
      { series: 'leaderboard', trial: 1, learner: 'trees', score: 0.4, state: 'done' },
    ]);
    expect(measureGain(loss, 'log_loss')).toBeCloseTo(0.2);
  });
  it('averages folds where all of them have been', () => {
    const fold = (...points: [number, number][]) => points.map(([round, valid]) => ({ round, valid }));
    expect(averageFolds([fold([1, 1], [5, 0.5]), fold([3, 0.75], [7, 0.25])])).toEqual([
      { round: 3, valid: 0.75 },
      { round: 5, valid: 0.5 },
    ]);
    expect(averageFolds([])).toEqual([]);
  });
  it('draws only curves with two points or more', () => {
    expect(pickCurves(foldPoints(emptyBoard, points), 'auc', 7).map((curve) => curve.trial)).toEqual([1]);
  });
});

describe('D1 D7 constraints and intervals of the Train page', () => {
  it('sends groups of columns, the column of the intervals neighbours and a net, and keeps them in the address', () => {
    const setup = readTrainSearch({
      together: 'age, plan;price ,;',
      intervalBy: 'region',
      learners: ['trees', 'knn', 'mlp'],
    });
    expect(buildPlanInput(setup, 'ds_1')).toMatchObject({
      interactions: [['age', 'plan'], ['price']],
      intervalBy: 'region',
      learners: ['trees', 'knn', 'mlp'],
    });
    expect(chooseTarget(setup, 'other')).toMatchObject({ together: undefined, intervalBy: undefined });
  });
});

describe('D1 going on from a model', () => {
  const models = [
    { id: 'md_1', name: 'trees', target: 'Churn', learner: 'gradient-boosted trees' },
    { id: 'md_2', name: 'from outside', target: 'Churn', learner: 'XGBoost trees' },
    { id: 'md_3', name: 'blend', target: 'Churn', learner: 'trees + linear blend' },
    { id: 'md_4', name: 'other', target: 'Price', learner: 'gradient-boosted trees' },
  ];
  it('is offered for models of trees with the target, and the chosen one stays to be taken back', () => {
    expect(continuableModels(models, 'Churn', undefined).map(({ id }) => id)).toEqual(['md_1', 'md_2']);
    expect(continuableModels(models, 'Churn', 'md_3').map(({ id }) => id)).toEqual(['md_1', 'md_2', 'md_3']);
    expect(continuableModels(models, null, undefined)).toEqual([]);
  });

  it('is kept in the address, sent, and forgotten with another target', () => {
    const setup = readTrainSearch({ from: 'md_1', target: 'Churn' });
    expect(buildPlanInput(setup, 'ds_1')).toMatchObject({ from: 'md_1' });
    expect(chooseTarget(setup, 'Price').from).toBeUndefined();
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Frame } from '../../main/ml/frame.ts';
import type { Task } from '../../main/ml/model-spec.ts';
import { csvFrame } from '../helpers/frames.ts';
import { itWithData, sharedData } from '../helpers/shared-data.ts';
import { allRows, aucOf, train } from '../helpers/trees.ts';

type Peers = { readonly lightgbm: number; readonly xgboost: number };

const peers = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/trees/peers.json'), 'utf8')) as {
  readonly rounds: number;
  readonly telco: Peers;
  readonly california: Peers;
};

const foldOf = (row: number): number => (Math.imul(row, 2_654_435_761) >>> 0) % 5;

/** Mean test score over the five folds, with the parameters of fixtures/trees/peers.py. */
function meanScore(frame: Frame, label: Float64Array, drop: readonly string[], task: Task): number {
  const used = frame.columns.filter((column) => !drop.includes(column.name));
  const kinds = used.map((column) => (column.type === 'string' ? ('category' as const) : ('numeric' as const)));
  const columns = used.map((column) =>
    column.type === 'string'
      ? Float32Array.from(column.codes, (code) => (code < 0 ? Number.NaN : code))
      : Float32Array.from(column.values),
  );
  const data = { matrix: { rowCount: frame.rowCount, columns }, kinds, label };
  let sum = 0;
  for (let fold = 0; fold < 5; fold++) {
    const rows = allRows(frame.rowCount);
    const validRows = rows.filter((row) => foldOf(row) === fold);
    const trainRows = rows.filter((row) => foldOf(row) !== fold);
    const params = { rounds: peers.rounds, learningRate: 0.1, leaves: 31, lambda: 1 };
    const { validMargins, history } = train(data, { task, trainRows, validRows, params });
    const truth = Float64Array.from(validRows, (row) => label[row]);
    sum += task === 'binary' ? aucOf(truth, validMargins ?? []) : history.valid[peers.rounds - 1];
  }
  return sum / 5;
}

describe('D1 accuracy beside LightGBM and XGBoost at equal parameters', () => {
  itWithData('telco_churn')('telco_churn: mean AUC within 0.003 of the better peer', () => {
    const frame = csvFrame(sharedData('telco_churn/Telco-Customer-Churn.csv'));
    const target = frame.columns.find((column) => column.name === 'Churn');
    if (target?.type !== 'string') throw new Error('no target');
    const label = Float64Array.from(target.codes, (code) => (target.levels[code] === 'Yes' ? 1 : 0));
    const score = meanScore(frame, label, ['Churn', 'customerID'], 'binary');
    expect(score).toBeGreaterThan(Math.max(peers.telco.lightgbm, peers.telco.xgboost) - 0.003);
  });

  itWithData('california_housing')('california_housing: mean RMSE within 1 % of the better peer', () => {
    const frame = csvFrame(sharedData('california_housing/housing.csv'));
    const target = frame.columns.find((column) => column.name === 'median_house_value');
    if (target?.type !== 'double') throw new Error('no target');
    const score = meanScore(frame, target.values, ['median_house_value'], 'regression');
    expect(score).toBeLessThan(Math.min(peers.california.lightgbm, peers.california.xgboost) * 1.01);
  });
});

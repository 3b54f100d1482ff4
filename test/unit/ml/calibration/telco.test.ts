import { describe, expect } from 'vitest';
import { neverStop } from '../../../../main/base/stop.ts';
import { chooseCalibrator } from '../../../../main/ml/calibration/choose.ts';
import { encodeTarget } from '../../../../main/ml/findings/target.ts';
import { findColumn } from '../../../../main/ml/frame.ts';
import { fitLinear } from '../../../../main/ml/linear/fit.ts';
import { paramsOfStrength } from '../../../../main/ml/linear/path.ts';
import { predictLinear } from '../../../../main/ml/linear/predict.ts';
import { prepareAuc } from '../../../../main/ml/metrics/ranking.ts';
import { prepareEce } from '../../../../main/ml/metrics/reliability.ts';
import { applyRecipe, featureKinds } from '../../../../main/ml/recipe/apply.ts';
import { fitRecipe } from '../../../../main/ml/recipe/fit.ts';
import { planValidation } from '../../../../main/ml/validation/plan.ts';
import { splitRows } from '../../../../main/ml/validation/split.ts';
import { csvFrame, inputsOf } from '../../../helpers/frames.ts';
import { itWithData, sharedData } from '../../../helpers/shared-data.ts';

const path = 'telco_churn/Telco-Customer-Churn.csv';

describe('D6 calibration on telco churn', () => {
  itWithData(path)(
    'the linear model out of fold reaches AUC 0.84 with a cross-fitted calibration error ≤ 1.5 %',
    () => {
      const frame = csvFrame(sharedData(path));
      const target = findColumn(frame, 'Churn');
      if (target === null) throw new Error('no target');
      const { label } = encodeTarget(target, 'text', 'binary', ['No', 'Yes']);
      const inputs = inputsOf(frame).filter((input) => input.name !== 'Churn' && input.name !== 'customerID');
      const plan = planValidation({ task: 'binary', rowCount: frame.rowCount, classCounts: [5174, 1869], seed: 7 });
      const margins = new Float64Array(frame.rowCount);
      for (const { train, valid } of splitRows(plan, { task: 'binary', label }).folds) {
        const recipe = fitRecipe(frame, train, { inputs });
        const matrix = applyRecipe(recipe, frame);
        const input = {
          matrix,
          kinds: featureKinds(recipe),
          label,
          weight: null,
          rows: train,
          task: 'binary',
          outputCount: 1,
        } as const;
        const model = fitLinear(input, paramsOfStrength(1, train.length), { stop: neverStop });
        const predicted = predictLinear(model, matrix);
        for (const row of valid) margins[row] = predicted[row];
      }
      const { crossFitted } = chooseCalibrator(margins, label, 'binary', { seed: 7, outputCount: 1 });
      const judged = { predictions: crossFitted, labels: label, classCount: 2 };
      expect(prepareAuc(judged)(null)).toBeGreaterThan(0.84);
      expect(prepareEce(10)(judged)(null)).toBeLessThanOrEqual(0.015);
    },
  );
});

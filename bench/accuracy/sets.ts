/**
 * The tabular sets of the shared data with their targets. Columns that hold the answer are taken out of the files for
 * everyone alike; identifiers stay in, because leaving them out is part of the task.
 */

/** One data set as the comparison reads it. */
export type DataSet = {
  readonly name: string;
  readonly file: string;
  /** A test part given by the set's authors; without it 5 × 4/5–1/5. */
  readonly testFile?: string;
  readonly target: string;
  readonly delimiter?: string;
  readonly metric: 'auc' | 'rmse' | 'accuracy';
  readonly bar?: string;
  readonly removeDuplicates?: boolean;
  readonly positive?: string;
  /** Columns taken out for everyone: they are the answer in another form. */
  readonly leaks?: readonly string[];
  /** Label of the test file → label of the training file. */
  readonly label?: (text: string) => string;
  /** Rows of which labels are used; the others are left out. */
  readonly keep?: readonly string[];
};

export const dataSets: readonly DataSet[] = [
  {
    name: 'telco_churn',
    file: 'telco_churn/Telco-Customer-Churn.csv',
    target: 'Churn',
    metric: 'auc',
    positive: 'Yes',
    bar: 'AUC ≥ 0.848, ECE ≤ 1.5 %',
  },
  {
    name: 'adult_income',
    file: 'adult_income/adult_train.csv',
    testFile: 'adult_income/adult_test.csv',
    target: 'class',
    metric: 'auc',
    positive: '>50K',
    bar: 'AUC ≥ 0.928',
    label: (text) => text.replace(/\.$/, ''),
  },
  {
    name: 'california_housing',
    file: 'california_housing/housing.csv',
    target: 'median_house_value',
    metric: 'rmse',
    bar: 'RMSE ≤ 45 800',
  },
  {
    name: 'white_wine',
    file: 'wine_quality/winequality-white.csv',
    target: 'quality',
    delimiter: ';',
    metric: 'rmse',
    removeDuplicates: true,
    bar: 'RMSE ≤ 0.71',
  },
  {
    name: 'covertype_7class',
    file: 'covertype_7class/train.csv',
    target: 'Cover_Type',
    metric: 'accuracy',
    bar: 'accuracy ≥ 0.865, Id refused',
  },
  {
    name: 'diabetes_brfss_254k',
    file: 'diabetes_brfss_254k/diabetes_binary_health_indicators_BRFSS2015.csv.gz',
    target: 'Diabetes_binary',
    metric: 'auc',
    positive: '1',
    bar: 'AUC ≥ 0.830',
  },
  { name: 'german_credit', file: 'german_credit/german_credit.csv', target: 'class', metric: 'auc', positive: '2' },
  {
    name: 'credit_risk_loans',
    file: 'credit_risk_loans/credit_risk_dataset.csv',
    target: 'loan_status',
    metric: 'auc',
    positive: '1',
  },
  {
    name: 'iranian_churn',
    file: 'iranian_telecom_churn/churn.csv',
    target: 'Churn',
    metric: 'auc',
    positive: '1',
    removeDuplicates: true,
  },
  {
    name: 'ecommerce_shipping',
    file: 'ecommerce_shipping/Train.csv',
    target: 'Reached.on.Time_Y.N',
    metric: 'auc',
    positive: '1',
  },
  {
    name: 'lol_diamond',
    file: 'lol_diamond_10min/high_diamond_ranked_10min.csv',
    target: 'blueWins',
    metric: 'auc',
    positive: '1',
  },
  { name: 'higgs_11k', file: 'higgs_11k/higgs.csv', target: 'label', metric: 'auc', positive: '1' },
  {
    name: 'breast_cancer',
    file: 'breast_cancer/breast_cancer.csv',
    target: 'diagnosis',
    metric: 'auc',
    positive: 'M',
  },
  {
    name: 'titanic',
    file: 'titanic/titanic.csv',
    target: 'survived',
    metric: 'auc',
    positive: '1',
    leaks: ['alive'],
  },
  { name: 'penguins', file: 'penguins/penguins.csv', target: 'species', metric: 'accuracy' },
  {
    name: 'bike_sharing',
    file: 'bike_sharing_hourly/hour.csv',
    target: 'cnt',
    metric: 'rmse',
    leaks: ['casual', 'registered'],
  },
  {
    name: 'red_wine',
    file: 'wine_quality/winequality-red.csv',
    target: 'quality',
    delimiter: ';',
    metric: 'rmse',
    removeDuplicates: true,
  },
  {
    name: 'covertype_binary_286k',
    file: 'covertype_binary_286k/covertype_binary.csv.gz',
    target: 'is_class4',
    metric: 'auc',
    positive: '1',
  },
];

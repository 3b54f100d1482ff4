import { createRng, deriveSeed, type Rng } from '../../main/base/rng.ts';

/**
 * Synthetic telecom customers: plans, charges and whether they left in the following month. Churn is drawn from a
 * logistic model of contract, tenure, price against the usual price of the plan, support and payment, with two
 * interactions and unobserved noise, so that a good learner reaches an AUC near 0.85 and no learner reaches 0.9.
 */
const header = [
  'customerID',
  'gender',
  'SeniorCitizen',
  'Partner',
  'Dependents',
  'tenure',
  'PhoneService',
  'MultipleLines',
  'InternetService',
  'OnlineSecurity',
  'OnlineBackup',
  'DeviceProtection',
  'TechSupport',
  'StreamingTV',
  'StreamingMovies',
  'Contract',
  'PaperlessBilling',
  'PaymentMethod',
  'MonthlyCharges',
  'TotalCharges',
  'Churn',
] as const;

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const yesNo = (flag: boolean): string => (flag ? 'Yes' : 'No');
const chance = (rng: Rng, p: number): boolean => rng.next() < p;

function pick<T>(rng: Rng, options: readonly (readonly [T, number])[]): T {
  let rest = rng.next() * options.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of options) {
    rest -= weight;
    if (rest < 0) return value;
  }
  return options[options.length - 1][0];
}

function customerId(rng: Rng, used: Set<string>): string {
  for (;;) {
    let id = `${String(1000 + rng.int(9000))}-`;
    for (let i = 0; i < 5; i++) id += letters[rng.int(letters.length)];
    if (!used.has(id)) {
      used.add(id);
      return id;
    }
  }
}

function customer(rng: Rng, used: Set<string>): string[] {
  const senior = chance(rng, 0.16);
  const partner = chance(rng, 0.48);
  const dependents = chance(rng, partner ? 0.48 : 0.1);
  const contract = pick(rng, [
    ['Month-to-month', 0.55],
    ['One year', 0.21],
    ['Two year', 0.24],
  ]);
  const longer = contract === 'Month-to-month' ? 18 : contract === 'One year' ? 42 : 58;
  const tenure = Math.max(
    0,
    Math.min(72, Math.round(longer * (-Math.log(1 - rng.next()) * 0.55 + rng.next() * 0.7) - 0.6)),
  );
  const internet = pick(rng, [
    ['Fiber optic', senior ? 0.58 : 0.41],
    ['DSL', 0.35],
    ['No', senior ? 0.08 : 0.24],
  ]);
  const phone = internet === 'No' || chance(rng, 0.88);
  const lines = phone ? chance(rng, internet === 'Fiber optic' ? 0.62 : 0.33) : false;
  const online = internet !== 'No';
  const loyal = tenure / 72;
  const addOn = (base: number): boolean => online && chance(rng, base + 0.35 * loyal);
  const security = addOn(0.2);
  const backup = addOn(0.27);
  const protection = addOn(0.26);
  const support = addOn(0.2);
  const tv = online && chance(rng, internet === 'Fiber optic' ? 0.57 : 0.4);
  const movies = online && chance(rng, tv ? 0.72 : 0.3);
  const paperless = chance(rng, online ? 0.66 : 0.3);
  const payment = pick(rng, [
    ['Electronic check', internet === 'Fiber optic' ? 0.5 : 0.24],
    ['Mailed check', online ? 0.18 : 0.45],
    ['Bank transfer (automatic)', 0.22],
    ['Credit card (automatic)', 0.22],
  ]);

  const addOns = [security, backup, protection, support].filter(Boolean).length;
  const usual =
    (phone ? 19.6 : 0) +
    (lines ? 5 : 0) +
    (internet === 'DSL' ? 25 : internet === 'Fiber optic' ? 50 : 0) +
    5 * addOns +
    (tv ? 10 : 0) +
    (movies ? 10 : 0);
  const surcharge = rng.normal() * 2.2 + (chance(rng, 0.06) ? 8 : 0);
  const monthlyCents = Math.round(Math.max(18, usual + surcharge) * 20) * 5;
  let totalCents = 0;
  for (let month = 0; month < tenure; month++) totalCents += Math.round(monthlyCents * (1 + 0.015 * rng.normal()));

  const monthToMonth = contract === 'Month-to-month';
  const margin =
    -2.72 +
    (monthToMonth ? 1.55 : contract === 'One year' ? -0.35 : -1.9) +
    1.7 * Math.exp(-tenure / 9) -
    1.2 * loyal +
    (internet === 'Fiber optic' ? 1.05 : internet === 'No' ? -1.15 : 0) +
    (monthToMonth && internet === 'Fiber optic' && !support ? 0.55 : 0) +
    0.16 * surcharge * (monthToMonth ? 1 : 0.3) +
    (payment === 'Electronic check' ? 0.5 : 0) +
    (paperless ? 0.25 : 0) -
    0.35 * (security ? 1 : 0) -
    0.3 * (support ? 1 : 0) +
    (senior && !partner ? 0.35 : 0) -
    (dependents ? 0.25 : 0) +
    rng.normal() * 0.95;
  const churn = chance(rng, sigmoid(margin));

  const service = (flag: boolean): string => (online ? yesNo(flag) : 'No internet service');
  return [
    customerId(rng, used),
    chance(rng, 0.5) ? 'Female' : 'Male',
    senior ? '1' : '0',
    yesNo(partner),
    yesNo(dependents),
    String(tenure),
    yesNo(phone),
    phone ? yesNo(lines) : 'No phone service',
    internet,
    service(security),
    service(backup),
    service(protection),
    service(support),
    service(tv),
    service(movies),
    contract,
    yesNo(paperless),
    payment,
    String(monthlyCents / 100),
    tenure === 0 ? ' ' : String(totalCents / 100),
    yesNo(churn),
  ];
}

/** Small faults as files from offices have them: a few blanks, a missing word, a stray space. About 0.4 % of rows. */
function soil(row: string[], rng: Rng): void {
  const draw = rng.next();
  if (draw < 0.0012) row[17] = '';
  else if (draw < 0.0022) row[18] = 'N/A';
  else if (draw < 0.003) row[1] = '';
  else if (draw < 0.004) row[15] = `${row[15]} `;
}

/** The whole file as text: comma separated, LF line ends, `rowCount` customers. */
export function telecomChurnCsv(seed: number, rowCount = 7000): string {
  const rng = createRng(deriveSeed(seed, 'telecom-churn'));
  const dirt = createRng(deriveSeed(seed, 'telecom-churn/dirt'));
  const used = new Set<string>();
  const lines = [header.join(',')];
  for (let i = 0; i < rowCount; i++) {
    const row = customer(rng, used);
    soil(row, dirt);
    lines.push(row.join(','));
  }
  return `${lines.join('\n')}\n`;
}

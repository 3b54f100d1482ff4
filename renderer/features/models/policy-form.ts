/**
 * The editable text of a decision policy. Text is kept as typed, so that a half-written number is not rewritten under
 * the cursor; the policy that is sent to the host is built from it when every field reads.
 */
import type { OutcomeMatrix, Policy } from '../../../main/contract/decisions.ts';

export const outcomeKeys = ['truePositive', 'falsePositive', 'falseNegative', 'trueNegative'] as const;
export type OutcomeKey = (typeof outcomeKeys)[number];

export type PolicyForm = {
  readonly money: Readonly<Record<OutcomeKey, string>>;
  readonly capacity: string;
  readonly valueColumn: string | null;
  readonly currency: string;
  readonly action: string;
};

export type PolicyField = OutcomeKey | 'capacity' | 'currency' | 'action';
export type PolicyProblem = 'not-a-number' | 'out-of-range' | 'empty' | 'too-long';

/** Reads an amount as typed: spaces and grouping are ignored, comma or point is the decimal sign. Null when it cannot be read. */
export function parseAmount(text: string): number | null {
  const compact = text.replace(/[\s\u00a0\u202f'’]/g, '').replace(/^[−–]/, '-');
  if (compact === '') return null;
  const lastComma = compact.lastIndexOf(',');
  const lastPoint = compact.lastIndexOf('.');
  let plain = compact;
  if (lastComma >= 0 && lastPoint >= 0) {
    const grouping = lastComma > lastPoint ? '.' : ',';
    plain = compact.replaceAll(grouping, '').replace(',', '.');
  } else if (lastComma >= 0) {
    plain = /^-?\d{1,3}(,\d{3})+$/.test(compact) ? compact.replaceAll(',', '') : compact.replace(',', '.');
  }
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

/** The form that shows a policy. */
export function buildPolicyForm(policy: Policy): PolicyForm {
  return {
    money: {
      truePositive: String(policy.matrix.truePositive),
      falsePositive: String(policy.matrix.falsePositive),
      trueNegative: String(policy.matrix.trueNegative),
      falseNegative: String(policy.matrix.falseNegative),
    },
    capacity: policy.capacityPerThousand === null ? '' : String(policy.capacityPerThousand / 10),
    valueColumn: policy.valueColumn,
    currency: policy.currency,
    action: policy.action,
  };
}

/** What is wrong with each field; an empty record when the form reads. */
export function checkPolicyForm(form: PolicyForm): Partial<Record<PolicyField, PolicyProblem>> {
  const problems: Partial<Record<PolicyField, PolicyProblem>> = {};
  for (const key of outcomeKeys) if (parseAmount(form.money[key]) === null) problems[key] = 'not-a-number';
  if (form.capacity.trim() !== '') {
    const share = parseAmount(form.capacity);
    if (share === null) problems.capacity = 'not-a-number';
    else if (!(share > 0 && share <= 100)) problems.capacity = 'out-of-range';
  }
  if (form.currency.trim().length > 8) problems.currency = 'too-long';
  if (form.action.trim() === '') problems.action = 'empty';
  if (form.action.trim().length > 60) problems.action = 'too-long';
  return problems;
}

/** The policy a form stands for, with a threshold (null = the optimum); null while a field does not read. */
export function readPolicy(form: PolicyForm, threshold: number | null): Policy | null {
  if (Object.keys(checkPolicyForm(form)).length > 0) return null;
  const amount = (key: OutcomeKey) => parseAmount(form.money[key]) ?? 0;
  const matrix: OutcomeMatrix = {
    truePositive: amount('truePositive'),
    falsePositive: amount('falsePositive'),
    trueNegative: amount('trueNegative'),
    falseNegative: amount('falseNegative'),
  };
  const share = form.capacity.trim() === '' ? null : parseAmount(form.capacity);
  return {
    matrix,
    valueColumn: form.valueColumn,
    capacityPerThousand: share === null ? null : share * 10,
    threshold,
    currency: form.currency.trim(),
    action: form.action.trim(),
  };
}

/** Whether two policies mean the same. */
export function isSamePolicy(a: Policy, b: Policy): boolean {
  return (
    outcomeKeys.every((key) => a.matrix[key] === b.matrix[key]) &&
    a.valueColumn === b.valueColumn &&
    a.capacityPerThousand === b.capacityPerThousand &&
    a.threshold === b.threshold &&
    a.currency === b.currency &&
    a.action === b.action
  );
}

/**
 * What a policy cannot mean: acting must pay on a positive or spare it something compared with not acting; otherwise
 * nobody should ever be acted on. Null when acting can pay.
 */
export function findPolicyDoubt(matrix: OutcomeMatrix): 'acting-never-pays' | 'acting-always-pays' | null {
  const gainOnPositive = matrix.truePositive - matrix.falseNegative;
  const gainOnNegative = matrix.falsePositive - matrix.trueNegative;
  if (gainOnPositive <= 0 && gainOnNegative <= 0) return 'acting-never-pays';
  return gainOnPositive >= 0 && gainOnNegative >= 0 ? 'acting-always-pays' : null;
}

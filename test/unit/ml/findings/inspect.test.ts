import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { inspectTraining, proposeTimeColumn } from '../../../../main/ml/findings/inspect.ts';
import { detectTask, encodeTarget } from '../../../../main/ml/findings/target.ts';
import type { Frame, RawColumn } from '../../../../main/ml/frame.ts';
import { csvFrame, frameOf, inputsOf, numbers, texts, times } from '../../../helpers/frames.ts';
import { itWithData, sharedData } from '../../../helpers/shared-data.ts';

function inspect(frame: Frame, target: string) {
  const column = frame.columns.find((candidate) => candidate.name === target) as RawColumn;
  const integers = column.type === 'double' && column.values.every((value) => Number.isInteger(value));
  const type = column.type === 'string' ? 'text' : integers ? 'integer' : 'number';
  const { task, classes } = detectTask(column, type);
  const names = classes.map((entry) => entry.value);
  const { label } = encodeTarget(column, type, task, names);
  const inputs = inputsOf(frame).filter((input) => input.name !== target);
  return inspectTraining({ frame, inputs, target, task, label, classes, seed: 7 });
}

const rng = createRng(31);
const rows = 1200;
const each = <T>(make: (i: number) => T): T[] => Array.from({ length: rows }, (_, i) => make(i));
const label = each(() => rng.int(2));

describe('checks before training', () => {
  const frame = frameOf(
    numbers('y', label),
    numbers(
      'row_id',
      each((i) => i + 1),
    ),
    numbers(
      'ticket',
      each((i) => 5000 + 3 * i),
    ),
    texts(
      'customerID',
      each((i) => `c-${i}`),
    ),
    texts(
      'comment',
      each((i) => `words ${i % 1190} and more`),
    ),
    numbers(
      'empty',
      each(() => null),
    ),
    texts(
      'same',
      each(() => 'x'),
    ),
    numbers(
      'leak',
      each((i) => label[i] * 10 + rng.normal()),
    ),
    numbers(
      'hint',
      each((i) => label[i] * 2.4 + rng.normal()),
    ),
    numbers(
      'gap',
      each((i) => (label[i] === 1 ? null : rng.normal())),
    ),
    texts(
      'wide',
      each(() => `w${rng.int(400)}`),
    ),
    numbers(
      'wild',
      each((i) => (i === 3 ? Number.POSITIVE_INFINITY : rng.normal())),
    ),
    numbers(
      'fine',
      each(() => rng.normal()),
    ),
    times(
      'when',
      each((i) => new Date(1.7e12 + 8.64e7 * i).toISOString()),
    ),
  );
  const findings = inspect(frame, 'y');
  const of = (column: string) => findings.filter((finding) => finding.column === column);

  it.each([
    ['row_id', 'id-like', 'block', true],
    ['ticket', 'id-like', 'block', true],
    ['customerID', 'id-like', 'block', true],
    ['comment', 'free-text', 'block', true],
    ['empty', 'all-missing', 'warn', true],
    ['same', 'constant', 'info', true],
    ['leak', 'leak', 'block', true],
    ['hint', 'leak', 'warn', false],
    ['gap', 'leak', 'block', true],
    ['wide', 'high-cardinality', 'warn', false],
    ['wild', 'infinite', 'warn', false],
    ['when', 'date', 'info', false],
  ])('%s: %s', (column, kind, severity, excluded) => {
    expect(of(column)).toHaveLength(1);
    expect(of(column)[0]).toMatchObject({ kind, severity, excluded });
    expect(of(column)[0].message).toContain(`"${column}"`);
  });

  it('say nothing about ordinary columns and put the blocking ones first', () => {
    expect(of('fine')).toEqual([]);
    const order = findings.map((finding) => ['block', 'warn', 'info'].indexOf(finding.severity));
    expect(order).toEqual([...order].sort());
  });

  it('count repeated rows and rows without a target', () => {
    const doubled = frameOf(
      numbers('y', [...label, ...label.slice(0, 60), ...each(() => null).slice(0, 5)]),
      numbers('x', [
        ...label.map((_, i) => i / 7),
        ...label.slice(0, 60).map((_, i) => i / 7),
        ...[0.11, 0.12, 0.13, 0.15, 0.16],
      ]),
    );
    const found = inspect(doubled, 'y');
    expect(found.find((finding) => finding.kind === 'duplicate-rows')).toMatchObject({ count: 60, severity: 'warn' });
    expect(found.find((finding) => finding.kind === 'missing-target')).toMatchObject({ count: 5 });
  });

  it('find the parts of a total in a regression', () => {
    const [a, b] = [each(() => rng.next() * 10), each(() => rng.next() * 10)];
    const total = frameOf(
      numbers(
        'total',
        each((i) => a[i] + b[i]),
      ),
      numbers('first', a),
      numbers('second', b),
      numbers(
        'noise',
        each(() => rng.normal()),
      ),
    );
    const leaks = inspect(total, 'total').filter((finding) => finding.excluded);
    expect(leaks.map((finding) => finding.column).sort()).toEqual(['first', 'second']);
  });

  it('do not take a random 100 000-level category for a leak', () => {
    const many = 100_000;
    const big = frameOf(
      numbers(
        'y',
        Array.from({ length: many }, () => rng.int(2)),
      ),
      texts(
        'level',
        Array.from({ length: many }, (_, i) => `l${i % 80_000}`),
      ),
    );
    expect(inspect(big, 'y').filter((finding) => finding.kind === 'leak')).toEqual([]);
  });

  it('propose the only date as the time column', () => {
    expect(proposeTimeColumn(frame, inputsOf(frame))?.column).toBe('when');
    expect(proposeTimeColumn(frameOf(frame.columns[1]), inputsOf(frameOf(frame.columns[1])))).toBeNull();
  });
});

describe('checks on real data', () => {
  const excluded = (path: string, target: string, delimiter = ','): (string | null)[] =>
    inspect(csvFrame(sharedData(path), delimiter), target)
      .filter((finding) => finding.excluded)
      .map((finding) => finding.column);

  itWithData('telco_churn/Telco-Customer-Churn.csv')('refuses customerID of telco churn and nothing else', () => {
    expect(excluded('telco_churn/Telco-Customer-Churn.csv', 'Churn')).toEqual(['customerID']);
  });
  itWithData('covertype_7class/train.csv')('refuses Id of covertype', () => {
    expect(excluded('covertype_7class/train.csv', 'Cover_Type')).toContain('Id');
  });
  itWithData('titanic/titanic.csv')('finds that alive gives survived away', () => {
    expect(excluded('titanic/titanic.csv', 'survived')).toContain('alive');
  });
  itWithData('bike_sharing_hourly/hour.csv')('finds that casual and registered are the parts of cnt', () => {
    expect(excluded('bike_sharing_hourly/hour.csv', 'cnt').sort()).toEqual(['casual', 'instant', 'registered']);
  });
  itWithData('california_housing/housing.csv')('leaves all columns of the housing data in', () => {
    expect(excluded('california_housing/housing.csv', 'median_house_value')).toEqual([]);
  });
});

/**
 * Calendar parts of int64 microseconds (UTC) with integer operators only, right on both sides of 1970.
 * The civil calendar is rebuilt from the day number by counting 400-year eras that start on 1 March, so that the leap day
 * ends a year (the usual proleptic Gregorian algorithm). ONNX `Mod` takes the sign of the divisor, hence
 * floor(a / b) = (a − Mod(a, b)) / b exactly.
 */
import type { DatePart } from '../model-spec.ts';
import { cast, doubleTensor, floatTensor, type GraphBuilder, int64Tensor, type Value } from './graph-builder.ts';
import { elementType } from './messages.ts';

/** Marks a missing timestamp: the smallest int64. */
export const missingTimestamp = -(2n ** 63n);

const microsecondsPerDay = 86_400_000_000;
const microsecondsPerHour = 3_600_000_000;

/** Builds date parts of one timestamp input [N, 1]; shared steps are emitted once. */
export function createDateParts(graph: GraphBuilder, input: Value): (part: DatePart) => Value {
  const whole = (value: number | bigint): Value => graph.constant(int64Tensor([value], []));
  const op = (name: string, a: Value, b: Value): Value => graph.node(name, [a, b]);
  const floorDivide = (a: Value, b: number): Value => op('Div', op('Sub', a, op('Mod', a, whole(b))), whole(b));
  const truncate = (a: Value, b: number): Value => op('Div', a, whole(b)); // for a ≥ 0
  const times = (a: Value, b: number): Value => op('Mul', a, whole(b));
  const plus = (a: Value, b: number): Value => op('Add', a, whole(b));
  const once = <T>(make: () => T): (() => T) => {
    let kept: { readonly value: T } | null = null;
    return () => {
      kept ??= { value: make() };
      return kept.value;
    };
  };

  const isMissing = once(() => op('Equal', input, whole(missingTimestamp)));
  const time = once(() => graph.node('Where', [isMissing(), whole(0), input]));
  const days = once(() => floorDivide(time(), microsecondsPerDay));
  const civil = once(() => {
    const shifted = plus(days(), 719_468); // days since 0000-03-01
    const era = floorDivide(shifted, 146_097);
    const dayOfEra = op('Sub', shifted, times(era, 146_097));
    const leapFree = op(
      'Sub',
      op('Add', op('Sub', dayOfEra, truncate(dayOfEra, 1_460)), truncate(dayOfEra, 36_524)),
      truncate(dayOfEra, 146_096),
    );
    const yearOfEra = truncate(leapFree, 365);
    const yearStart = op('Sub', op('Add', times(yearOfEra, 365), truncate(yearOfEra, 4)), truncate(yearOfEra, 100));
    const dayOfYear = op('Sub', dayOfEra, yearStart);
    const marchMonth = truncate(plus(times(dayOfYear, 5), 2), 153); // 0 = March
    const monthStart = truncate(plus(times(marchMonth, 153), 2), 5);
    const afterDecember = truncate(marchMonth, 10); // 1 for January and February
    return {
      day: plus(op('Sub', dayOfYear, monthStart), 1),
      month: op('Sub', plus(marchMonth, 3), times(afterDecember, 12)),
      year: op('Add', op('Add', yearOfEra, times(era, 400)), afterDecember),
    };
  });
  const integerPart = (part: Exclude<DatePart, 'elapsed_days'>): Value => {
    switch (part) {
      case 'weekday':
        return op('Mod', plus(days(), 3), whole(7)); // 1970-01-01 was a Thursday
      case 'hour':
        return truncate(op('Mod', time(), whole(microsecondsPerDay)), microsecondsPerHour);
      default:
        return civil()[part];
    }
  };
  const asFloat = (part: DatePart): Value => {
    if (part !== 'elapsed_days') return cast(graph, integerPart(part), elementType.float);
    const exact = cast(graph, time(), elementType.double);
    return cast(graph, op('Div', exact, graph.constant(doubleTensor([microsecondsPerDay], []))), elementType.float);
  };
  return (part) => graph.node('Where', [isMissing(), graph.constant(floatTensor([Number.NaN], [])), asFloat(part)]);
}

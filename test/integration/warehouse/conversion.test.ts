import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Duck, literal, type Session } from '../../../main/warehouse/duck.ts';
import { describeDecision } from '../../../main/warehouse/readings/decide.ts';
import { EvidenceCounter } from '../../../main/warehouse/readings/evidence.ts';
import { reads, readsAsMissing } from '../../../main/warehouse/readings/fit.ts';
import { signatureOf } from '../../../main/warehouse/readings/signature.ts';
import { typedExpression } from '../../../main/warehouse/readings/sql.ts';
import type { ReadingCode } from '../../../main/warehouse/types.ts';

let dir: string;
let duck: Duck;
let session: Session;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'augury-conversion-'));
  duck = await Duck.open({ file: null, spillDir: dir, folders: [dir], memoryLimitMb: 128, threads: 1 });
  session = await duck.session();
});
afterAll(async () => {
  await duck.close();
  rmSync(dir, { recursive: true, force: true });
});

const time = '( [0-2][0-9]:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?)?';
const separated = ['-', '/', '\\.'].flatMap((mark) => [
  fc.stringMatching(new RegExp(`^[0-3]?[0-9]${mark}[0-3]?[0-9]${mark}([0-9]{2}|[12][0-9]{3})${time}$`)),
  fc.stringMatching(new RegExp(`^[12][0-9]{3}${mark}[01]?[0-9]${mark}[0-3]?[0-9]${time.replace(' ', '[ T]')}$`)),
]);
const shape = fc.oneof(
  fc.stringMatching(/^[-+]?[0-9]{1,15}$/),
  fc.stringMatching(/^ ?[-+]?[0-9]{1,4}[.,][0-9]{0,4}([eE][-+]?[0-9]{1,3})?$/),
  fc.stringMatching(/^-?[1-9][0-9]{0,2}([., '][0-9]{3}){1,3}([.,][0-9]{1,2})?$/),
  ...separated,
  fc.stringMatching(
    /^[12][0-9]{3}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[-+][01][0-9]:?[0-5][0-9])?$/,
  ),
  fc.stringMatching(/^[01]?[0-9]\/[0-3]?[0-9]\/[12][0-9]{3} [01]?[0-9]:[0-5][0-9] [AP]M$/),
  fc.constantFrom(
    'inf',
    '-Infinity',
    'NaN',
    '-nan',
    'NA',
    '-',
    '?',
    '',
    ' ',
    '1\u00a0000',
    '1\u202f000,5',
    '1e400',
    '-0',
    '0.1',
  ),
);

/** The value that a text stands for under a reading, worked out another way than the warehouse does. */
function expected(text: string, reading: ReadingCode): number {
  const plain = text.trim();
  if (reading === 'integer' || reading.startsWith('number')) {
    const infinite = /^([+-]?)inf(inity)?$/i.exec(plain);
    if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const digits = plain.replace(/[\s']/g, '');
    return Number(
      reading === 'number-comma' ? digits.replaceAll('.', '').replace(',', '.') : digits.replaceAll(',', ''),
    );
  }
  const found =
    /^(\d+)[-/.](\d+)[-/.](\d+)(?:[ Tt](\d+):(\d+)(?::(\d+)(\.\d+)?)?)?( [AP]M)?(Z|[+-]\d\d:?\d\d|[+-]\d\d)?$/i.exec(
      plain,
    );
  if (found === null) throw new Error(plain);
  const [, a, b, c, hour = '0', minute = '0', second = '0', fraction = '', half = '', zone = ''] = found;
  const order = reading === 'date-ymd' ? [a, b, c] : reading === 'date-dmy' ? [c, b, a] : [c, a, b];
  let year = Number(order[0]);
  if (order[0].length === 2) year += year < 69 ? 2000 : 1900;
  let hours = Number(hour);
  if (half.trim().toUpperCase() === 'PM' && hours < 12) hours += 12;
  if (half.trim().toUpperCase() === 'AM' && hours === 12) hours = 0;
  const offset = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  const shift = offset === null ? 0 : (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0));
  const seconds =
    Date.UTC(year, Number(order[1]) - 1, Number(order[2]), hours, Number(minute), Number(second)) / 1000 - shift * 60;
  return seconds * 1e6 + Math.round(Number(`0${fraction}`) * 1e6);
}

const signed = (text: string): number => {
  const bytes = Buffer.from(text, 'utf8');
  return signatureOf(bytes, 0, bytes.length);
};

describe('B2 conversions', () => {
  it.each(['integer', 'number-point', 'number-comma', 'date-ymd', 'date-dmy', 'date-mdy'] as const)(
    'store the value that each text stands for under %s, and nothing for missing ones',
    async (reading) => {
      await fc.assert(
        fc.asyncProperty(fc.array(shape, { minLength: 20, maxLength: 200 }), async (all) => {
          const texts = all.filter((text) => reads(signed(text), reading, -1) || readsAsMissing(signed(text), reading));
          fc.pre(texts.length > 0);
          const counter = new EvidenceCounter();
          for (const [i, text] of texts.entries()) {
            const bytes = Buffer.from(text, 'utf8');
            counter.add(bytes, 0, bytes.length, i + 1);
          }
          const decision = describeDecision(counter.evidence(), reading, 'asked', -1);
          const value = typedExpression('c', decision);
          const number = reading.startsWith('date')
            ? `epoch_us(CAST(${value} AS TIMESTAMP))`
            : `CAST(${value} AS DOUBLE)`;
          const rows = await session.rows(
            `SELECT ${number} FROM (SELECT unnest([${texts.map((text) => `nullif(${literal(text)}, '')`).join(', ')}]) AS c)`,
          );
          expect(decision.unreadable).toBe(0);
          for (const [i, [found]] of rows.entries()) {
            const text = texts[i];
            if (readsAsMissing(signed(text), reading)) expect(found, text).toBeNull();
            else if (decision.type === 'date') expect(Number(found), text).toBe(expected(text, reading));
            else expect(found === null ? null : Number(found) + 0, text).toBe(expected(text, reading) + 0);
          }
        }),
        { numRuns: 60, seed: 31 },
      );
    },
  );
});

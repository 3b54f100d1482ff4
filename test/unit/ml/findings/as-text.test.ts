import { describe, expect, test } from 'vitest';
import { asTextFinding } from '../../../../main/ml/findings/quality/as-text.ts';

const levels = (texts: readonly string[]) => texts.map((text) => ({ text, count: 3 }));
const numbers = Array.from({ length: 20 }, (_, i) => i + 1);
const two = (i: number): string => String(i).padStart(2, '0');

describe('B5 numbers and dates that were read as text', () => {
  test.each([
    ['kg', (i: number) => `${i}.5 kg`, { unit: 'kg', decimal: '.' }],
    ['comma', (i: number) => `${i},25`, { decimal: ',' }],
    ['money', (i: number) => `€ ${i}.10`, { decimal: '.' }],
    ['share', (i: number) => `${i} %`, { decimal: '.' }],
  ])('%s: a number, with the step that reads it', (_, write, wanted) => {
    const found = asTextFinding('x', levels(numbers.map(write)));
    expect(found).toMatchObject({ kind: 'number-as-text', severity: 'info' });
    expect(found?.fix?.steps[0]).toMatchObject({ kind: 'convert', column: 'x', type: 'number', ...wanted });
  });

  test.each([
    ['log', (i: number) => `${two(i)}/Mar/2023:13:00:01`, 'DD/MMM/YYYY:hh:mm:ss', 'datetime'],
    ['month', (i: number) => `${two(1 + (i % 12))}/20${two(i)}`, 'MM/YYYY', 'date'],
    ['European', (i: number) => `${two(i + 5)}.02.2024`, 'DD.MM.YYYY', 'date'],
    ['American', (i: number) => `02/${two(i + 5)}/2024 1:05 PM`, 'MM/DD/YYYY h:mm a', 'datetime'],
  ])('%s: a date, with the way it is written', (_, write, format, type) => {
    expect(asTextFinding('x', levels(numbers.map(write)))?.fix?.steps[0]).toMatchObject({ format, type });
  });

  test.each([
    ['codes with a letter before', (i: number) => `Q${i}`],
    ['codes of digits', (i: number) => String(1000 + i)],
    ['zeros before', (i: number) => `00${i}.5`],
    ['several units', (i: number) => `${i} ${i % 2 === 0 ? 'kg' : 'lb'}`],
    ['day or month first', (i: number) => `0${1 + (i % 9)}/0${1 + (i % 8)}/20${two(i)}`],
    ['places', (i: number) => `Street ${i}, 4th floor`],
    ['versions', (i: number) => `1.${i}.0`],
  ])('%s stay text', (_, write) => {
    expect(asTextFinding('x', levels(numbers.map(write)))).toBeNull();
  });
});

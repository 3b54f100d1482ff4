import { findWord, isMissingWord } from '../readings/words.ts';

/** Whether a cell's text stands for a missing value: blank, or one of the known words. */
export function readMissing(text: string): boolean {
  const value = text.trim();
  if (value === '') return true;
  if (value.length > 10) return false;
  const bytes = Buffer.from(value, 'utf8');
  return isMissingWord(findWord(bytes, 0, bytes.length));
}

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { it } from 'vitest';

const folder = resolve(import.meta.dirname, '../../../shared/data');

/** Path of a real data set kept beside the repository; it is never shipped. */
export const sharedData = (path: string): string => join(folder, path);

/**
 * `it` for tests on real data: skipped with a reason in the name where the data is absent, failing there when CI is set.
 */
export const itWithData = (path: string) => {
  const present = existsSync(sharedData(path));
  if (present) return it;
  if (process.env.CI) {
    return (name: string, _body?: unknown, _timeout?: number) =>
      it(name, () => {
        throw new Error(`shared data ${path} is missing`);
      });
  }
  return (name: string, _body?: unknown, _timeout?: number) =>
    it.skip(`${name} (shared data ${path} is absent)`, () => {});
};

/**
 * A model of another library, read into this application's terms. The readers of this folder are pure: text or bytes in,
 * one of these out; they refuse what cannot be represented exactly, naming it.
 */
import { type AuguryError, dataProblem, unsupported } from '../../base/errors.ts';
import type { Member, Task } from '../model-spec.ts';

export type ForeignLibrary = 'XGBoost' | 'LightGBM' | 'CatBoost';

/** A feature as the library knew it; `levels` are in the order of the library's codes. */
export type ForeignFeature =
  | { readonly kind: 'numeric'; readonly name: string; readonly integer: boolean }
  | { readonly kind: 'category'; readonly name: string; readonly levels: readonly string[] };

/** What the file itself may not say. */
export type ForeignOptions = {
  /** Rounds used where the file records where early stopping found the best one. */
  readonly iterations: 'best' | 'all';
  /** Which output is wanted of a regression with several; null when not said. */
  readonly output: number | null;
  /** Names for features that have none, in order; null when not known. */
  readonly names: readonly string[] | null;
  /** Texts of categories in the order of their codes, by feature, for files that keep codes only. */
  readonly levels: ReadonlyMap<string, readonly string[]>;
};

export type ForeignModel = {
  readonly library: ForeignLibrary;
  readonly version: string;
  readonly objective: string;
  readonly task: Task;
  /** Class texts in the order of the outputs (binary: negative, positive); empty for regression. */
  readonly classes: readonly string[];
  readonly outputCount: number;
  /** Log: the prediction is exp(margin). */
  readonly link: 'identity' | 'log';
  readonly features: readonly ForeignFeature[];
  readonly members: readonly Member[];
  readonly treeCount: number;
  /** True when the file holds rounds beyond its best one, so that `iterations` makes a difference. */
  readonly hasLaterRounds: boolean;
  /** What the reader decided, in words for the model's record. */
  readonly notes: readonly string[];
};

/** A defect of the file. */
export const damagedFile = (library: ForeignLibrary, what: string): AuguryError =>
  dataProblem('foreign-model', `The ${library} model cannot be read: ${what}.`, {
    hint: `Save it again with ${library}, as a whole file.`,
    details: { library },
  });

/** Something a file may hold that has no exact counterpart here. */
export const refusedFeature = (library: ForeignLibrary, what: string, hint: string): AuguryError =>
  unsupported('foreign-model-unsupported', `The ${library} model cannot be taken in: ${what}.`, {
    hint,
    details: { library },
  });

/** Class texts of a model that does not name them: 0, 1, … */
export const numberedClasses = (count: number): string[] => Array.from({ length: count }, (_, k) => String(k));

/** Which of several outputs of a regression is meant; throws when it was not said or is not there. */
export function chosenOutput(library: ForeignLibrary, count: number, wanted: number | null): number {
  if (count === 1) return 0;
  if (wanted === null) {
    throw refusedFeature(
      library,
      `it gives ${count} values a row, and a model here predicts one`,
      `Say which of them: "output": 0 … ${count - 1} in the schema file, or --output.`,
    );
  }
  if (wanted >= count) throw refusedFeature(library, `it has no output ${wanted}`, `Give 0 … ${count - 1}.`);
  return wanted;
}

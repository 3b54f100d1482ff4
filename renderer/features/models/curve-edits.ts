/** The edits of one sitting: a list with a place in it, so that every step can be taken back and done again. */
import type { CurveEdit } from '../../../main/contract/curves.ts';

export type EditHistory = { readonly all: readonly CurveEdit[]; readonly done: number };

export const noEdits: EditHistory = { all: [], done: 0 };

/** The edits in force. */
export const editsOf = ({ all, done }: EditHistory): readonly CurveEdit[] => all.slice(0, done);

/** A new edit; what was undone before it is gone. */
export const withEdit = (history: EditHistory, edit: CurveEdit): EditHistory => {
  const all = [...editsOf(history), edit];
  return { all, done: all.length };
};

export const undone = (history: EditHistory): EditHistory => ({ ...history, done: Math.max(0, history.done - 1) });

export const redone = (history: EditHistory): EditHistory => ({
  ...history,
  done: Math.min(history.all.length, history.done + 1),
});

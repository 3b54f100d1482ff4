/** Curves of a model's additive member: read, and tried with edits that change nothing yet. */
import { invalidInput, unsupported } from '../../base/errors.ts';
import type { EditCurvesOutput } from '../../compute/tasks/edit-curves.ts';
import type { CurvePreview, Curves } from '../../contract/curves.ts';
import type { InputField } from '../../contract/models.ts';
import { takeRows } from '../../ml/explain/rows.ts';
import type { Frame } from '../../ml/frame.ts';
import type { Member, ModelSpec } from '../../ml/model-spec.ts';
import type { Inputs } from '../service-types.ts';
import type { ReadDataset } from '../training/types.ts';
import { curveOf, editWords, termImportance, termName } from './curve-view.ts';
import type { LoadedModel, ModelLoader } from './loader.ts';
import { findOutOfFold } from './oof.ts';
import type { RecordDeps } from './record-model.ts';
import type { ModelReport } from './report.ts';

export type CurveDeps = RecordDeps & { readonly loader: ModelLoader; readonly readDataset: ReadDataset };

type AdditiveMember = Member & { readonly kind: 'additive' };

const findAdditive = (spec: ModelSpec): AdditiveMember | null =>
  spec.members.find((member): member is AdditiveMember => member.kind === 'additive') ?? null;

/** The additive member; throws unsupported `no-curves` for a model without. */
export function getAdditive(spec: ModelSpec): AdditiveMember {
  const member = findAdditive(spec);
  if (member !== null) return member;
  throw unsupported('no-curves', 'This model has no curves to edit: none of its members is additive.', {
    hint: 'Train one with the learner “ebm” (augury train … --learners ebm).',
  });
}

const inputsOf = (loaded: LoadedModel): readonly InputField[] => loaded.version.inputs as readonly InputField[];

/** The terms of a model, and one of them in full: the one asked for, else the most important. */
export async function readCurves(deps: CurveDeps, input: Inputs['models']['curves']): Promise<Curves> {
  const loaded = await deps.loader.load(input.id);
  const { spec } = loaded.content;
  const member = findAdditive(spec);
  const report = loaded.version.report as ModelReport;
  const frame: Curves = {
    editable: false,
    note: 'None of this model’s members is additive, so there are no curves. Train one with the learner “ebm”.',
    units: spec.task === 'regression' ? 'target' : 'log-odds',
    classes: spec.outputCount > 1 ? [...spec.classes] : [],
    output: input.output,
    intercept: 0,
    terms: [],
    shown: null,
    edits: [...(report.edits ?? [])],
  };
  if (member === null) return frame;
  const { additive } = member;
  if (input.output >= additive.outputCount) throw noSuch('class', input.output, additive.outputCount);
  if (input.term !== undefined && input.term >= additive.terms.length) {
    throw noSuch('term', input.term, additive.terms.length);
  }
  const terms = additive.terms
    .map((term, index) => ({
      term: index,
      name: termName(term, spec.recipe),
      pair: term.features.length === 2,
      importance: termImportance(term, additive.outputCount, input.output),
    }))
    .sort((a, b) => b.importance - a.importance || a.term - b.term);
  const shown = input.term ?? terms[0]?.term;
  return {
    ...frame,
    editable: true,
    note: blendNote(spec, member),
    intercept: additive.intercept[input.output],
    terms,
    shown: shown === undefined ? null : curveOf(additive, shown, input.output, spec.recipe, inputsOf(loaded)),
  };
}

const noSuch = (what: string, index: number, count: number): Error =>
  invalidInput('no-such-curve', `The model has ${count} of them; there is no ${what} number ${index}.`, {
    hint: 'Numbers start at 0.',
  });

function blendNote(spec: ModelSpec, member: AdditiveMember): string {
  const learned = spec.members.filter((each) => each.kind !== 'constant');
  if (learned.length === 1) return '';
  return `This model is a blend: these curves are its additive member, which counts ${Math.round(member.weight * 100)} %. The other members are not changed by edits.`;
}

/** The judged rows of a version with their columns; null with the reason when it has none. */
export async function judgedRows(
  deps: CurveDeps,
  loaded: LoadedModel,
): Promise<
  | { readonly frame: Frame; readonly oof: NonNullable<ReturnType<typeof findOutOfFold>>; readonly reason: '' }
  | { readonly frame: null; readonly oof: null; readonly reason: string }
> {
  const { version, content } = loaded;
  const oof = findOutOfFold(deps.db, deps.workspaceDir, version);
  if (oof === null)
    return { frame: null, oof: null, reason: 'This model was imported: there are no rows to measure on.' };
  const names = content.spec.recipe.inputs.map((input) => input.name);
  const { datasetId, number } = datasetOf(deps, oof.datasetVersionId);
  if (datasetId === null) {
    return {
      frame: null,
      oof: null,
      reason: 'The data set the model was trained on is gone: nothing can be measured.',
    };
  }
  const { frame } = await deps.readDataset(datasetId, number, names);
  return {
    frame: takeRows(frame, oof.rows),
    oof,
    reason: '',
  };
}

function datasetOf(deps: CurveDeps, versionId: string): { datasetId: string | null; number: number } {
  const row = deps.db.get<{ dataset_id: string; number: number; deleted_at: number | null }>(
    `SELECT dv.dataset_id, dv.number, d.deleted_at FROM dataset_versions dv JOIN datasets d ON d.id = dv.dataset_id WHERE dv.id = ?`,
    versionId,
  );
  return row === null || row.deleted_at !== null
    ? { datasetId: null, number: 0 }
    : { datasetId: row.dataset_id, number: row.number };
}

/** What edits would do: the curve afterwards and the change in quality. Nothing is stored. */
export async function previewCurveEdit(
  deps: CurveDeps,
  input: Inputs['models']['previewCurveEdit'],
): Promise<CurvePreview> {
  const loaded = await deps.loader.load(input.id);
  const { spec } = loaded.content;
  const { additive } = getAdditive(spec);
  const { frame, oof, reason } = await judgedRows(deps, loaded);
  const found: EditCurvesOutput = await deps.pool.run(
    'edit-curves',
    {
      model: loaded.portable,
      edits: input.edits,
      judged: oof === null ? null : { frame, labels: oof.labels, margins: oof.margins },
      metric: loaded.version.metric,
      key: null,
      seed: 1,
    },
    { lane: 'interactive' },
  );
  const shown = input.term ?? input.edits[input.edits.length - 1].term;
  if (shown >= additive.terms.length) throw noSuch('term', shown, additive.terms.length);
  if (input.output >= additive.outputCount) throw noSuch('class', input.output, additive.outputCount);
  const { judged } = found;
  return {
    shown: curveOf(found.additive, shown, input.output, spec.recipe, inputsOf(loaded)),
    words: input.edits.map((edit) => editWords(edit, additive, spec.recipe, spec.classes)),
    change:
      judged === null || oof === null
        ? null
        : {
            rows: oof.labels.length,
            metric: loaded.version.metric,
            before: judged.before,
            after: judged.after,
            eceBefore: judged.eceBefore,
            eceAfter: judged.eceAfter,
            movedRows: judged.movedRows,
          },
    reason,
  };
}

import { invalidInput } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { ColumnType } from '../../contract/common.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { LoadedModel, ModelLoader } from '../models/loader.ts';
import type { Service } from '../service-types.ts';

export type ExplanationsDeps = { readonly pool: ComputePool; readonly loader: ModelLoader; readonly queue: JobQueue };

/** Explanations over the model's background sample, and of every row of a file as a job. */
export function createExplanationsService(deps: ExplanationsDeps): Service<'explanations'> {
  const { pool, loader, queue } = deps;
  return {
    global: async (input) => {
      const loaded = await loader.load(input.modelId);
      const { spec, background } = loaded.content;
      const { output, name } = explainedOutput(loaded, input.class);
      const found = await pool.run('summary', { model: loaded.portable, background, output }, { lane: 'interactive' });
      const columns = found.columns.map((column) => ({
        column: column.column,
        type: typeOf(loaded, column.column),
        meanAbs: column.meanAbs,
        direction: column.direction,
        points: column.points.map((point) => ({ ...point, value: shown(loaded, column.column, point.value) })),
      }));
      const leading = columns
        .filter((column) => column.meanAbs > 0)
        .slice(0, 3)
        .map((column) => column.column);
      return {
        rows: found.rows,
        units: spec.task === 'regression' ? 'target' : 'log-odds',
        classes: [...spec.classes],
        explainedClass: name,
        columns,
        additivityMaxError: found.additivityMaxError,
        reading:
          leading.length === 0
            ? 'No column moves the prediction.'
            : `What moves the prediction most: ${leading.join(', ')}.`,
      };
    },
    dependence: async (input) => {
      const loaded = await loader.load(input.modelId);
      const { spec, background } = loaded.content;
      const { output, name } = explainedOutput(loaded, input.class);
      const found = await pool.run(
        'dependence',
        { model: loaded.portable, background, output, column: input.column },
        { lane: 'interactive' },
      );
      const points = found.points.map((point) => ({ ...point, value: shown(loaded, input.column, point.value) }));
      const known = points.filter((point) => point.value !== null);
      const least = known.reduce((a, b) => (b.mean < a.mean ? b : a), known[0]);
      const most = known.reduce((a, b) => (b.mean > a.mean ? b : a), known[0]);
      const amount = (value: number): string =>
        spec.task === 'regression'
          ? Number(value.toPrecision(4)).toLocaleString('en')
          : `${(value * 100).toFixed(0)} %`;
      const written = (value: unknown): string =>
        typeof value === 'number' ? Number(value.toPrecision(4)).toLocaleString('en') : String(value);
      return {
        column: input.column,
        type: typeOf(loaded, input.column),
        units: spec.task === 'regression' ? 'target' : 'probability',
        explainedClass: name,
        points,
        reading:
          least === undefined || most === undefined
            ? ''
            : `With all else as it is, the average prediction moves from ${amount(least.mean)} at ${written(least.value)} to ${amount(most.mean)} at ${written(most.value)}.`,
      };
    },
    explainFile: async (input) => {
      const loaded = await loader.load(input.modelId);
      const job = await queue.start({
        kind: 'explain',
        title: `Explain with ${loaded.model.name}`,
        input: asJson(input),
        modelId: input.modelId,
      });
      return { jobId: job.id };
    },
  };
}

/** The output a class name means; the positive class or the first one by default. */
function explainedOutput(loaded: LoadedModel, wanted: string | undefined): { output: number; name: string | null } {
  const { task, classes } = loaded.content.spec;
  if (task === 'regression') return { output: 0, name: null };
  if (task === 'binary') return { output: 0, name: classes[1] };
  if (wanted === undefined) return { output: 0, name: classes[0] };
  const output = classes.indexOf(wanted);
  if (output >= 0) return { output, name: wanted };
  throw invalidInput('unknown-class', `The model knows no class "${wanted}".`, {
    hint: `Its classes are ${classes.join(', ')}.`,
  });
}

const typeOf = (loaded: LoadedModel, column: string): ColumnType =>
  loaded.content.spec.recipe.inputs.find((input) => input.name === column)?.logicalType ?? 'text';

function shown(loaded: LoadedModel, column: string, value: number | string | null): number | string | null {
  const type = typeOf(loaded, column);
  if (typeof value !== 'number' || (type !== 'date' && type !== 'datetime')) return value;
  const iso = new Date(value / 1000).toISOString();
  return type === 'date' ? iso.slice(0, 10) : iso;
}

/**
 * MLflow's folder layout as text files: an experiment, a run for the training and one below it for each trial, with
 * parameters, metrics and tags a file each, and the model in the ONNX flavour. Pure: what is written where.
 */
import type { ModelSpec } from '../../ml/model-spec.ts';
import { onnxOutputNames } from '../../ml/onnx/output-names.ts';

/** A run as MLflow keeps it; times in milliseconds since 1970. */
export type MlflowRun = {
  readonly runId: string;
  readonly name: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly succeeded: boolean;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
};

export type TextFile = { readonly path: string; readonly text: string };

type Yaml = string | number | boolean | null | readonly Yaml[] | { readonly [key: string]: Yaml };

/** Block YAML; scalars are written as JSON, which YAML reads. */
export function yaml(value: { readonly [key: string]: Yaml }, indent = ''): string {
  return Object.entries(value)
    .map(([key, entry]) => {
      const name = `${indent}${/^[\w.-]+$/.test(key) ? key : JSON.stringify(key)}:`;
      const nested = typeof entry === 'object' && entry !== null && !Array.isArray(entry);
      return nested && Object.keys(entry).length > 0
        ? `${name}\n${yaml(entry as { readonly [key: string]: Yaml }, `${indent}  `)}`
        : `${name} ${JSON.stringify(entry)}\n`;
    })
    .join('');
}

const fileKey = (name: string): string => name.replace(/[^\w .-]+/gu, '_').slice(0, 200) || '_';

/** `meta.yaml` of an experiment whose folder is `location` (a file URL). */
export const experimentFile = (experiment: {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly at: number;
}): TextFile => ({
  path: `${experiment.id}/meta.yaml`,
  text: yaml({
    artifact_location: experiment.location,
    creation_time: experiment.at,
    experiment_id: experiment.id,
    last_update_time: experiment.at,
    lifecycle_stage: 'active',
    name: experiment.name,
  }),
});

/** The files of a run, relative to the folder of all experiments. Metrics that are no finite numbers are left out. */
export function runFiles(experimentId: string, location: string, run: MlflowRun): TextFile[] {
  const folder = `${experimentId}/${run.runId}`;
  const meta = yaml({
    artifact_uri: `${location}/${run.runId}/artifacts`,
    end_time: run.finishedAt,
    entry_point_name: '',
    experiment_id: experimentId,
    lifecycle_stage: 'active',
    run_id: run.runId,
    run_name: run.name,
    run_uuid: run.runId,
    source_name: '',
    source_type: 4,
    source_version: '',
    start_time: run.startedAt,
    status: run.succeeded ? 3 : 4,
    tags: [],
    user_id: 'augury',
  });
  const tags = { 'mlflow.runName': run.name, 'mlflow.user': 'augury', 'mlflow.source.name': 'augury', ...run.tags };
  return [
    { path: `${folder}/meta.yaml`, text: meta },
    ...Object.entries(run.params).map(([key, value]) => ({
      path: `${folder}/params/${fileKey(key)}`,
      text: value.slice(0, 6_000),
    })),
    ...Object.entries(run.metrics)
      .filter(([, value]) => Number.isFinite(value))
      .map(([key, value]) => ({ path: `${folder}/metrics/${fileKey(key)}`, text: `${run.finishedAt} ${value} 0\n` })),
    ...Object.entries(tags).map(([key, value]) => ({ path: `${folder}/tags/${fileKey(key)}`, text: value })),
  ];
}

const columnTypes = { double: 'float64', string: 'str', timestamp: 'int64' } as const;

/** `MLmodel` and its companions for the graph in `model.onnx`. */
export function modelFiles(
  spec: Pick<ModelSpec, 'task' | 'recipe'>,
  about: { readonly runId: string; readonly uuid: string; readonly createdAt: number },
): TextFile[] {
  const names = onnxOutputNames(spec);
  const tensor = (name: string, dtype: string, shape: readonly number[]) => ({
    type: 'tensor',
    'tensor-spec': { dtype, shape },
    name,
  });
  const inputs = spec.recipe.inputs.map(({ name, type }) => tensor(name, columnTypes[type], [-1, 1]));
  const outputs = Object.values(names)
    .filter((name) => name !== null)
    .map((name) => {
      const wide = name === names.margin || name === names.probabilities;
      return tensor(name, name === names.label ? 'str' : 'float32', wide ? [-1, -1] : [-1]);
    });
  const requirements = 'onnx\nonnxruntime\nmlflow\n';
  return [
    {
      path: 'MLmodel',
      text: yaml({
        artifact_path: 'model',
        flavors: {
          onnx: {
            code: null,
            data: 'model.onnx',
            onnx_session_options: null,
            onnx_version: '1.16.0',
            providers: ['CPUExecutionProvider'],
            save_as_external_data: false,
          },
          python_function: {
            data: 'model.onnx',
            env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
            loader_module: 'mlflow.onnx',
            python_version: '3.11.0',
          },
        },
        model_uuid: about.uuid,
        run_id: about.runId,
        signature: { inputs: JSON.stringify(inputs), outputs: JSON.stringify(outputs), params: null },
        utc_time_created: new Date(about.createdAt).toISOString().replace('T', ' ').replace('Z', '000'),
      }),
    },
    { path: 'requirements.txt', text: requirements },
    {
      path: 'python_env.yaml',
      text: yaml({ python: '3.11.0', build_dependencies: ['pip'], dependencies: ['-r requirements.txt'] }),
    },
    {
      path: 'conda.yaml',
      text: yaml({
        name: 'mlflow-env',
        channels: ['conda-forge'],
        dependencies: ['python=3.11', 'pip', { pip: requirements.trim().split('\n') }],
      }),
    },
  ];
}

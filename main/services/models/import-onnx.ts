/**
 * Takes in any ONNX model that ONNX Runtime can run: the schema says what the columns and the output are, the graph is
 * put between them, and its rows and results are kept as parity vectors, computed by ONNX Runtime itself.
 */
import { createHash } from 'node:crypto';
import { dataProblem, invalidInput } from '../../base/errors.ts';
import type { ColumnType } from '../../contract/common.ts';
import type { ImportOptions, ImportSchema, ModelOrigin } from '../../contract/model-import.ts';
import type { Frame, InputType } from '../../ml/frame.ts';
import { type OnnxPorts, planColumns, readOnnxPorts, refusedGraph } from '../../ml/interop/onnx-ports.ts';
import { wrapOnnx } from '../../ml/interop/onnx-wrap.ts';
import { syntheticRows } from '../../ml/interop/synthetic-rows.ts';
import type { FeatureSpec, InputSpec, ModelSpec } from '../../ml/model-spec.ts';
import { elementType } from '../../ml/onnx/messages.ts';
import { buildReference } from '../../ml/stats/reference.ts';
import { createOnnxExecutor, type Executor } from './executor.ts';
import {
  firstRows,
  type ImportDeps,
  importBackgroundRows,
  importSeed,
  recordImport,
  syntheticCount,
  unknownReference,
} from './import-foreign.ts';
import { compareGiven, type GivenRows, givenColumns, readGivenRows } from './import-rows.ts';
import { checkOnnxGraph } from './package-onnx-check.ts';
import { parityRowCount } from './parity.ts';

const tolerance = 1e-6;

/** Imports and gives the model's id. Throws invalid-input `import-schema-needed` or `import-columns`, data-problem `import-differs`. */
export async function importOnnx(
  deps: ImportDeps,
  file: { readonly bytes: Uint8Array; readonly name: string },
  options: Omit<ImportOptions, 'schema' | 'schemaSource'>,
  schema: ImportSchema,
): Promise<{ readonly modelId: string }> {
  checkOnnxGraph(file.bytes);
  const ports = readOnnxPorts(file.bytes);
  const task = schema.task;
  if (task === undefined) {
    throw invalidInput('import-schema-needed', `${file.name} is an ONNX graph, which does not say what it predicts.`, {
      hint: 'Give a schema, for example {"task": "binary", "classes": ["no", "yes"], "columns": [{"name": "age"}, …]}; see the guide.',
      details: { file: file.name },
    });
  }
  const inputs = await columnsOf(deps, ports, options, schema);
  const plan = planColumns(
    ports,
    inputs.map(({ name }) => name),
  );
  const meaning = schema.onnx?.meaning ?? (task === 'regression' ? 'value' : 'probability');
  if ((meaning === 'value') !== (task === 'regression')) {
    throw invalidInput('import-meaning', `A ${task} model cannot give a ${meaning}.`, {
      hint: 'Write "value" for regressions, "probability" or "margin" for classes.',
    });
  }
  const port = outputOf(ports, schema.onnx?.output, task);
  const width = await widthOf(deps, file.bytes, port);
  const classes =
    task === 'regression' ? [] : classesOf(options.classes ?? schema.classes ?? port.classes, task, width);
  const output = options.output ?? schema.output ?? 0;
  if (task === 'regression' && (output >= width || (width > 1 && (options.output ?? schema.output) === undefined))) {
    throw invalidInput('import-output', `The graph gives ${width} values a row.`, {
      hint: `Say which one: "output": 0 … ${width - 1}.`,
    });
  }
  const bare = specOf(task, classes, inputs, schema, null);
  const onnx = wrapOnnx({ bytes: file.bytes, ports, plan, spec: bare, tensor: port.tensor, width, meaning, output });
  const executor = await createOnnxExecutor(bare, { kind: 'bytes', bytes: onnx }, deps.inference);
  try {
    const given = await verifiedRows(deps, executor, bare, options);
    const spec = specOf(task, classes, inputs, schema, given?.rows.frame ?? null);
    const origin: ModelOrigin = {
      library: 'ONNX',
      version: ports.model.producerName || 'unknown',
      objective: `${meaning} of ${port.name}`,
      trees: 0,
      verified: given === null ? null : { rows: given.rows.frame.rowCount, maxError: given.maxError },
      notes: [
        'It runs in ONNX Runtime and is explained by sampling; its inner parts are not known.',
        given === null
          ? 'Explanations compare with made-up rows, because no rows were given.'
          : 'The rows given for checking stand in for the training data in forms and explanations.',
      ],
    };
    const frame = given?.rows.frame ?? null;
    const background =
      frame === null ? syntheticRows(spec, syntheticCount, importSeed) : firstRows(frame, importBackgroundRows);
    const rows = firstRows(background, parityRowCount);
    deps.call.begin('check');
    return await recordImport(deps, {
      spec,
      origin,
      name: options.name ?? schema.name ?? file.name.replace(/\.[^.]+$/, ''),
      target: options.target ?? schema.target ?? 'prediction',
      key: createHash('sha256').update(onnx).digest('hex'),
      learner: 'ONNX graph',
      onnx,
      parity: { rows, expected: await executor.predict(rows) },
      reference: frame === null ? unknownReference(spec) : buildReference(spec.recipe.inputs, frame),
      background,
      importance: {},
    });
  } finally {
    await executor.close();
  }
}

async function verifiedRows(
  deps: ImportDeps,
  executor: Executor,
  spec: ModelSpec,
  options: Pick<ImportOptions, 'parity'>,
): Promise<{ readonly rows: GivenRows; readonly maxError: number } | null> {
  if (options.parity === undefined) return null;
  deps.call.begin('compare');
  const rows = await readGivenRows(deps.sources, options.parity, spec, deps.call);
  const { outputs } = await executor.predict(rows.frame);
  const { maxError, worst } = compareGiven(spec, outputs, rows);
  if (maxError <= tolerance) return { rows, maxError };
  throw dataProblem('import-differs', `The ONNX model does not give the predictions it was compared with: ${worst}.`, {
    hint: 'Check the order of the columns, the output and its meaning in the schema, and that the predictions come from ONNX Runtime or in single precision.',
    details: { maxError },
  });
}

const typeOf: Readonly<Record<ColumnType, InputType>> = {
  integer: 'double',
  number: 'double',
  boolean: 'string',
  text: 'string',
  date: 'timestamp',
  datetime: 'timestamp',
};

/** Columns from the schema, else from the names of one-column inputs, else from the rows given for checking. */
async function columnsOf(
  deps: ImportDeps,
  ports: OnnxPorts,
  options: Pick<ImportOptions, 'parity'>,
  schema: ImportSchema,
): Promise<InputSpec[]> {
  if (schema.columns !== undefined) {
    return schema.columns.map(({ name, type }) => ({ name, type: typeOf[type], logicalType: type }));
  }
  const named = ports.inputs.length > 1;
  const names = named
    ? ports.inputs.map(({ name }) => name)
    : options.parity === undefined
      ? null
      : await givenColumns(deps.sources, options.parity);
  if (names === null) {
    throw invalidInput('import-schema-needed', 'The graph takes its columns side by side and does not name them.', {
      hint: 'List them in a schema: {"columns": [{"name": …}, …]}, in the order of the model’s input.',
    });
  }
  return names.map((name, i) => {
    const port = ports.inputs[named ? i : 0];
    return port.elementType === elementType.string
      ? { name, type: 'string', logicalType: 'text' }
      : { name, type: 'double', logicalType: 'number' };
  });
}

function outputOf(ports: OnnxPorts, wanted: string | undefined, task: ModelSpec['task']): OnnxPorts['outputs'][number] {
  const numbers = ports.outputs.filter(
    (port) => port.elementType === elementType.float || port.elementType === elementType.double,
  );
  const found =
    wanted !== undefined
      ? ports.outputs.find((port) => port.name === wanted)
      : (numbers.find((port) => task !== 'regression' && /prob|score/i.test(port.name)) ?? numbers[0]);
  if (found !== undefined && numbers.includes(found)) return found;
  throw refusedGraph(
    wanted === undefined ? 'none of its outputs holds numbers' : `it has no output of numbers named “${wanted}”`,
    `Its outputs are ${ports.outputs.map((port) => port.name).join(', ')}.`,
  );
}

/** Numbers a row of the output: as declared, else as the runtime declares it. */
async function widthOf(deps: ImportDeps, bytes: Uint8Array, port: OnnxPorts['outputs'][number]): Promise<number> {
  const declared = port.dims !== null && port.dims.length >= 2 ? port.dims[1] : port.dims === null ? null : 1;
  if (declared !== null) return declared;
  const loaded = await deps.inference.load({ kind: 'bytes', bytes });
  try {
    const shape = loaded.outputs.find((output) => output.name === port.name)?.shape;
    const last = shape?.[1];
    return typeof last === 'number' && last > 0 ? last : 1;
  } finally {
    await deps.inference.unload(loaded.sessionId);
  }
}

function classesOf(given: readonly string[] | null, task: ModelSpec['task'], width: number): readonly string[] {
  const count = task === 'binary' ? 2 : width;
  const classes = given ?? Array.from({ length: count }, (_, k) => String(k));
  if (classes.length === count && new Set(classes).size === count && (task !== 'binary' || width <= 2)) return classes;
  throw invalidInput('import-classes', `The graph gives ${width} numbers a row for ${classes.length} classes.`, {
    hint: 'Name each class once, in the order of the outputs; binary: negative, positive.',
  });
}

/** Text columns have the levels of the schema, else those of the given rows; without either any text is as good as another. */
function specOf(
  task: ModelSpec['task'],
  classes: readonly string[],
  inputs: readonly InputSpec[],
  schema: ImportSchema,
  frame: Frame | null,
): ModelSpec {
  const features = inputs.flatMap((input): FeatureSpec[] => {
    const common = { name: input.name, source: input.name };
    if (input.type === 'double') return [{ kind: 'numeric', ...common }];
    if (input.type === 'timestamp') return [{ kind: 'date-part', ...common, part: 'elapsed_days' }];
    const column = frame?.columns.find((candidate) => candidate.name === input.name);
    const seen = column?.type === 'string' ? column.levels : [];
    const levels = schema.columns?.find(({ name }) => name === input.name)?.levels ?? seen;
    return [{ kind: 'category', ...common, levels: levels.filter((level) => level !== '') }];
  });
  return {
    task,
    classes,
    outputCount: task === 'multiclass' ? classes.length : 1,
    recipe: { inputs, features },
    members: [{ kind: 'graph', weight: 1 }],
    calibration: { kind: 'identity' },
  };
}

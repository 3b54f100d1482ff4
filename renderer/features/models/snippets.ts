/**
 * The snippets of the Use tab: commands with the model's real names, ready to run. Code is not translated; it is the
 * same in every language.
 */
import type { InputField, ModelDetail } from '../../../main/contract/models.ts';

type SnippetModel = Pick<ModelDetail, 'id' | 'name' | 'task' | 'classes' | 'inputs' | 'positive'>;

/** A file name made of a model's name: letters, digits, dots and dashes; never empty. */
export function buildFileStem(name: string): string {
  const stem = name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return stem === '' ? 'model' : stem;
}

/** A word for a POSIX shell: bare when harmless, else in single quotes. */
export function quoteShell(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A typical row of the model's inputs, as the API takes it. */
export function buildTypicalRow(inputs: readonly InputField[]): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    inputs.map((field) => [
      field.name,
      field.type === 'boolean' && typeof field.typical === 'string' ? field.typical === 'true' : field.typical,
    ]),
  );
}

/** Score a file on the command line, with the three strongest reasons a row. */
export function buildCliSnippet(model: SnippetModel): string {
  return [
    `# ${model.name}`,
    `augury score ${quoteShell(model.id)} new-rows.csv -o predictions.csv --explain 3`,
    '',
    '# or with the package file alone',
    `augury score ${quoteShell(`${buildFileStem(model.name)}.augury-model`)} new-rows.csv -o predictions.csv`,
  ].join('\n');
}

/** One prediction over HTTP, with a row of typical values. The API's token is a file of the workspace. */
export function buildHttpSnippet(model: SnippetModel, origin: string, workspacePath: string): string {
  const body = JSON.stringify({ row: buildTypicalRow(model.inputs) }, null, 2);
  const token = quoteShell(`${workspacePath.replace(/[\\/]$/, '')}/api-token`);
  return [
    `curl -X POST ${quoteShell(`${origin}/api/models/${model.id}/predict`)} \\`,
    `  -H "Authorization: Bearer $(cat ${token})" \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d ${quoteShell(body)}`,
  ].join('\n');
}

/** A Python literal of one typical value: numbers as they are, text in quotes, dates as microseconds UTC. */
export function buildPythonLiteral(field: Pick<InputField, 'type' | 'typical'>): string {
  const { type, typical } = field;
  if (type === 'date' || type === 'datetime') {
    const at =
      typeof typical === 'string'
        ? Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(typical) ? typical : `${typical}Z`)
        : Number.NaN;
    return Number.isFinite(at) ? String(at * 1000) : '-2**63';
  }
  if (type === 'integer' || type === 'number') return typical === null ? 'float("nan")' : String(typical);
  return JSON.stringify(typical === null ? '' : String(typical));
}

/** Python with onnxruntime and numpy only: the model file alone, raw columns in, prediction out. */
export function buildPythonSnippet(model: SnippetModel): string {
  const hasDates = model.inputs.some((field) => field.type === 'date' || field.type === 'datetime');
  return [
    'import numpy as np',
    'import onnxruntime as ort',
    '',
    '# model.onnx lies inside the package, which is a zip file',
    'session = ort.InferenceSession("model.onnx")',
    `# missing values: float("nan") for numbers, "" for text${hasDates ? ', -2**63 for dates (microseconds UTC)' : ''}`,
    'row = {',
    ...model.inputs.map((field) => `    ${JSON.stringify(field.name)}: ${buildPythonLiteral(field)},`),
    '}',
    'types = {"tensor(double)": np.float64, "tensor(int64)": np.int64, "tensor(string)": object}',
    'feeds = {i.name: np.array([[row[i.name]]], dtype=types[i.type]) for i in session.get_inputs()}',
    'for output, value in zip(session.get_outputs(), session.run(None, feeds)):',
    '    print(output.name, value)',
  ].join('\n');
}

/** The one door for models from outside: tells a package from the files of other libraries by its first bytes. */
import { invalidInput, notFound, resourceProblem, unsupported } from '../../base/errors.ts';
import type { Source } from '../../contract/common.ts';
import { type ImportOptions, type ImportSchema, importSchema } from '../../contract/model-import.ts';
import { foreignFormat } from '../../ml/interop/read-foreign.ts';
import { findStat } from '../../warehouse/files.ts';
import { plainFile, readSourceFile, sourceBlocks } from '../../warehouse/source-file.ts';
import { sourceFile } from '../datasets/service.ts';
import { type ImportDeps, importForeign } from './import-foreign.ts';
import { importModel } from './import-model.ts';
import { importOnnx } from './import-onnx.ts';

/** Field 1 of the file, the version of the format, as a varint. */
const onnxFirstByte = 0x08;

const mostBytes = 1 << 30;

/** Imports a package or a model file of another library. Throws unsupported `model-format` for anything else. */
export async function importAnyModel(
  deps: ImportDeps,
  source: Source,
  options: ImportOptions | undefined,
): Promise<{ readonly modelId: string }> {
  deps.call.begin('read');
  const { path, name } = sourceFile(deps.sources.uploads, source);
  const head = await firstBytes(path, name);
  if (head[0] === 0x50 && head[1] === 0x4b) return importPackage(deps, path);
  const format = foreignFormat(head);
  if (format === null) {
    // A damaged package is told as such; the reader of packages names what is wrong with it.
    if (name.endsWith('.augury-model')) return importPackage(deps, path);
    if (head[0] === onnxFirstByte || name.endsWith('.onnx')) {
      const bytes = await readSourceFile(path);
      return importOnnx(deps, { bytes, name }, options ?? {}, await schemaOf(deps, options));
    }
    throw unsupported('model-format', `${name} is no model file that is known here.`, {
      hint: 'Known are model packages, XGBoost JSON and UBJSON, LightGBM text, CatBoost JSON and ONNX.',
      details: { file: name },
    });
  }
  const bytes = await readSourceFile(path);
  return importForeign(deps, { bytes, name, format }, options ?? {}, await schemaOf(deps, options));
}

/** A package is read by its name, so one that was sent is opened in clear for the time. */
async function importPackage(deps: ImportDeps, path: string): Promise<{ readonly modelId: string }> {
  deps.call.begin('check');
  const file = await plainFile(path);
  try {
    return await importModel(deps, file.path);
  } finally {
    await file.close();
  }
}

async function firstBytes(path: string, name: string): Promise<Uint8Array> {
  const found = await findStat(path);
  if (found === null) {
    throw notFound('package-file', `There is no file ${name}.`, { hint: 'Check the path.', details: { file: name } });
  }
  if (found.bytes > mostBytes) {
    throw resourceProblem('model-too-large', `${name} has more than ${mostBytes} bytes.`, {
      hint: 'A model of this size is not read.',
      details: { file: name },
    });
  }
  for await (const head of sourceBlocks(path, { end: 64 })) return head;
  return new Uint8Array();
}

/** The schema given as such or as a file. Throws invalid-input `import-schema` naming the place. */
async function schemaOf(deps: ImportDeps, options: ImportOptions | undefined): Promise<ImportSchema> {
  if (options?.schemaSource === undefined) return options?.schema ?? {};
  const { path, name } = sourceFile(deps.sources.uploads, options.schemaSource);
  const wrong = (what: string, cause?: unknown): Error =>
    invalidInput('import-schema', `${name}: ${what}.`, {
      hint: 'The guide on importing models shows what such a file holds.',
      details: { file: name },
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(await readSourceFile(path)).toString('utf8'));
  } catch (cause) {
    throw wrong('it cannot be read as JSON', cause);
  }
  const parsed = importSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw wrong(
    `${issue === undefined || issue.path.length === 0 ? 'its top' : issue.path.join('.')}: ${issue?.message ?? ''}`,
  );
}

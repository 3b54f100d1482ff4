/** From a trained model to a package on disk, through the parity gate; and the same gate again when a package is loaded. */
import type { JsonValue } from '../../base/json.ts';
import type { InferenceClient } from '../../inference/client.ts';
import type { Frame } from '../../ml/frame.ts';
import { isGraphModel, type ModelSpec } from '../../ml/model-spec.ts';
import { buildOnnx } from '../../ml/onnx/build-onnx.ts';
import type { ReferenceStatistics } from '../../ml/stats/reference.ts';
import { createKernelExecutor, createOnnxExecutor } from './executor.ts';
import type { PackageAbout, PackageContent } from './package-content.ts';
import { type WrittenPackage, writePackage } from './package-write.ts';
import { buildParityVectors, checkParity, parityFailed, parityTolerance } from './parity.ts';

export type ExportDependencies = {
  readonly client: InferenceClient;
  readonly appVersion: string;
};

export type ExportRequest = {
  readonly about: PackageAbout;
  readonly spec: ModelSpec;
  readonly reference: ReferenceStatistics;
  /** Raw training rows: parity rows are made from them, and they become the background of explanations (≤ 1 000 of them). */
  readonly sample: Frame;
  readonly report: JsonValue | null;
};

/**
 * Writes the package of a trained model. Throws the numeric error `parity-failed`, writing nothing, when the exported
 * graph does not give the training side's numbers within 1e-5 on the stored rows.
 */
export async function exportPackage(
  request: ExportRequest,
  path: string,
  dependencies: ExportDependencies,
): Promise<WrittenPackage & { readonly parityError: number }> {
  const { spec, about, sample } = request;
  const onnx = buildOnnx(spec, { producerVersion: dependencies.appVersion, modelName: about.name });
  const parity = await buildParityVectors(spec, sample, createKernelExecutor(spec), about.lineage.seed);
  const exported = await createOnnxExecutor(spec, { kind: 'bytes', bytes: onnx }, dependencies.client);
  try {
    const { maxError, rows } = await checkParity(exported, parity);
    if (maxError > parityTolerance)
      throw parityFailed(`The exported graph of “${about.name}” is not the trained model`, maxError, rows);
    const content: PackageContent = {
      ...request,
      onnx,
      parity,
      background: firstRows(sample, 1_000),
    };
    return { ...(await writePackage(content, path, dependencies)), parityError: maxError };
  } finally {
    await exported.close();
  }
}

/** What `selfCheck` found. */
export type SelfCheck = { readonly rows: number; readonly kernelError: number; readonly onnxError: number };

/**
 * Proves that a package that was read still predicts what it predicted when written: with the application's kernels, and
 * with its graph in ONNX Runtime. Throws `parity-failed` otherwise.
 */
export async function selfCheck(
  content: Pick<PackageContent, 'spec' | 'onnx' | 'parity' | 'about'>,
  client: InferenceClient,
): Promise<SelfCheck> {
  const { spec, parity, about } = content;
  const kernels = isGraphModel(spec) ? { maxError: 0, rows: 0 } : await checkParity(createKernelExecutor(spec), parity);
  if (kernels.maxError > parityTolerance)
    throw parityFailed(
      `The model “${about.name}” does not repeat its stored predictions`,
      kernels.maxError,
      kernels.rows,
    );
  const exported = await createOnnxExecutor(spec, { kind: 'bytes', bytes: content.onnx }, client);
  try {
    const onnx = await checkParity(exported, parity);
    if (onnx.maxError > parityTolerance)
      throw parityFailed(
        `The graph of “${about.name}” does not repeat its stored predictions`,
        onnx.maxError,
        onnx.rows,
      );
    return { rows: onnx.rows, kernelError: kernels.maxError, onnxError: onnx.maxError };
  } finally {
    await exported.close();
  }
}

function firstRows(frame: Frame, count: number): Frame {
  if (frame.rowCount <= count) return frame;
  return {
    rowCount: count,
    columns: frame.columns.map((column) =>
      column.type === 'string'
        ? { ...column, codes: column.codes.slice(0, count) }
        : { ...column, values: column.values.slice(0, count) },
    ),
  };
}

/**
 * ONNX Runtime as the engine of training: a graph that was written here, run again and again on one thread with its state
 * in arrays of this side. Loaded at first use, because only nets need it.
 */
import type { Tensor as RuntimeTensor } from 'onnxruntime-node';

/** Arrays by name with their shapes. */
export type Arrays = Readonly<
  Record<string, { readonly data: Float32Array | BigInt64Array; readonly dims: readonly number[] }>
>;

/** A graph ready to run. */
export type GraphRunner = {
  /** Runs on `inputs` and writes the answers into the arrays of `outputs`. */
  readonly run: (inputs: Arrays, outputs: Arrays) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens a graph on one thread: sums then have one order, and equal inputs give equal answers. */
export async function openGraph(bytes: Uint8Array): Promise<GraphRunner> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const tensors = (arrays: Arrays): Record<string, RuntimeTensor> =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, { data, dims }]) => [
        name,
        data instanceof Float32Array ? new Tensor('float32', data, dims) : new Tensor('int64', data, dims),
      ]),
    );
  return {
    run: async (inputs, outputs) => {
      await session.run(tensors(inputs), tensors(outputs));
    },
    close: () => session.release(),
  };
}

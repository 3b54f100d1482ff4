/** Messages between the inference client and the inference process: requests carry an id, each gets one reply. */
import type { ErrorData } from '../base/errors.ts';

/** Tensors as they travel: text is dictionary-coded (code −1 is the empty string), int64 as BigInt64Array. */
export type WireTensor =
  | { readonly type: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: 'float64'; readonly dims: readonly number[]; readonly data: Float64Array }
  | { readonly type: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array }
  | { readonly type: 'int32'; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly type: 'bool' | 'uint8'; readonly dims: readonly number[]; readonly data: Uint8Array }
  | {
      readonly type: 'string';
      readonly dims: readonly number[];
      readonly codes: Int32Array;
      readonly levels: readonly string[];
    };

export type WireTensors = Readonly<Record<string, WireTensor>>;

/** A model to load: bytes, or a file that the inference process reads itself. */
export type ModelSource =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'path'; readonly path: string };

/** Execution providers by their names in ONNX Runtime. */
export type ProviderName = 'cuda' | 'dml' | 'coreml' | 'webgpu' | 'cpu';

/** An input or output of a model; free dimensions are given by name. */
export type PortInfo = { readonly name: string; readonly type: string; readonly shape: readonly (number | string)[] };

/** How many graph nodes ran on each provider, by the runtime's own profile of the smoke run. */
export type NodeCounts = { readonly total: number; readonly byProvider: Readonly<Record<string, number>> };

export type CreateRequest = {
  readonly kind: 'create';
  readonly sessionId: string;
  readonly source: ModelSource;
  readonly provider: ProviderName;
  /** Threads inside an operator; 0 = the runtime's choice. */
  readonly threads: number;
};

export type CreateReply = {
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
  /** Outputs of the smoke run on made-up rows; null when the model did not run on them. */
  readonly smoke: WireTensors | null;
  readonly smokeError: string | null;
  readonly nodes: NodeCounts | null;
};

export type RunRequest = {
  readonly kind: 'run';
  readonly sessionId: string;
  readonly inputs: WireTensors;
  /** Outputs to compute; null = all. */
  readonly outputs: readonly string[] | null;
};

export type ReleaseRequest = { readonly kind: 'release'; readonly sessionId: string };

export type InferenceRequest = CreateRequest | RunRequest | ReleaseRequest;

export type ReplyOf<R extends InferenceRequest> = R extends CreateRequest
  ? CreateReply
  : R extends RunRequest
    ? WireTensors
    : null;

export type RequestMessage = { readonly id: number; readonly request: InferenceRequest };

export type ReplyMessage =
  | { readonly id: number; readonly ok: true; readonly value: CreateReply | WireTensors | null }
  | { readonly id: number; readonly ok: false; readonly error: ErrorData };

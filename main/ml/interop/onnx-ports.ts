/** What a foreign ONNX graph takes and gives, and how the declared columns fit its inputs. */
import { type AuguryError, invalidInput, unsupported } from '../../base/errors.ts';
import { decodeModel } from '../onnx/codec.ts';
import { elementType, type ModelProto, type ValueInfoProto } from '../onnx/messages.ts';

export type OnnxPort = {
  readonly name: string;
  readonly elementType: number;
  /** Sizes, null where free; null when the graph does not say. */
  readonly dims: readonly (number | null)[] | null;
};

export type OnnxPorts = {
  readonly model: ModelProto;
  /** Inputs that no initializer fills. */
  readonly inputs: readonly OnnxPort[];
  /** Outputs that are tensors, and the tensors behind maps of classes to probabilities. */
  readonly outputs: readonly (OnnxPort & { readonly tensor: string; readonly classes: readonly string[] | null })[];
};

export const refusedGraph = (what: string, hint: string): AuguryError =>
  unsupported('foreign-model-unsupported', `The ONNX model cannot be taken in: ${what}.`, { hint });

const taken: ReadonlySet<number> = new Set(Object.values(elementType));

/** Reads the ports of a graph. Throws data-problem `onnx-unreadable`, or unsupported for inputs of unknown types. */
export function readOnnxPorts(bytes: Uint8Array): OnnxPorts {
  const model = decodeModel(bytes);
  const { graph } = model;
  const filled = new Set((graph.initializer ?? []).map((tensor) => tensor.name ?? ''));
  const inputs = (graph.input ?? []).filter((input) => !filled.has(input.name)).map(portOf);
  for (const input of inputs) {
    if (!taken.has(input.elementType) || input.elementType === elementType.uint8) {
      throw refusedGraph(
        `its input “${input.name}” has a type that no column has`,
        'Inputs are numbers (float, double, int32, int64), truth values or text.',
      );
    }
  }
  const outputs = (graph.output ?? []).map((output) => {
    const map = graph.node.find((node) => node.opType === 'ZipMap' && node.output.includes(output.name));
    if (map === undefined) return { ...portOf(output), tensor: output.name, classes: null };
    const listed = (name: string): readonly (string | number)[] => {
      const attribute = map.attribute?.find((entry) => entry.name === name);
      return attribute?.strings ?? attribute?.ints ?? [];
    };
    const classes = [...listed('classlabels_strings'), ...listed('classlabels_int64s')].map(String);
    const dims = [null, classes.length];
    return { name: output.name, tensor: map.input[0] ?? '', elementType: elementType.float, dims, classes };
  });
  return { model, inputs, outputs };
}

function portOf(info: ValueInfoProto): OnnxPort {
  const tensor = info.type?.tensorType;
  const dims = tensor?.shape?.dim?.map((dim) => (dim.dimValue === undefined ? null : dim.dimValue)) ?? null;
  return { name: info.name, elementType: tensor?.elemType ?? 0, dims };
}

/** Columns for each input: one input takes all of them side by side, or each takes its own. */
export type ColumnPlan = readonly { readonly port: OnnxPort; readonly columns: readonly string[] }[];

/** Throws invalid-input `import-columns` when the declared columns do not fit. */
export function planColumns(ports: OnnxPorts, columns: readonly string[]): ColumnPlan {
  const { inputs } = ports;
  if (inputs.length === 0) throw refusedGraph('it has no inputs', 'Export the model with its inputs.');
  const widthOf = (port: OnnxPort): number | null => (port.dims === null || port.dims.length < 2 ? 1 : port.dims[1]);
  if (inputs.length === 1) {
    const width = widthOf(inputs[0]);
    if (width !== null && width !== columns.length) throw misfit(`its input takes ${width} columns`, columns);
    return [{ port: inputs[0], columns }];
  }
  const byName = inputs.every((input) => columns.includes(input.name));
  if (inputs.length !== columns.length || inputs.some((input) => (widthOf(input) ?? 1) !== 1)) {
    throw misfit(`it has ${inputs.length} inputs: ${inputs.map(({ name }) => name).join(', ')}`, columns);
  }
  return inputs.map((port, i) => ({ port, columns: [byName ? port.name : columns[i]] }));
}

const misfit = (what: string, columns: readonly string[]): AuguryError =>
  invalidInput('import-columns', `The ONNX model does not fit the ${columns.length} columns of its schema: ${what}.`, {
    hint: 'List the columns in the order of the model’s inputs.',
  });

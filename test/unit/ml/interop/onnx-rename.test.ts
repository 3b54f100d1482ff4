import { describe, expect, it } from 'vitest';
import { joinArrays } from '../../../../main/base/typed-arrays.ts';
import { renameGraph } from '../../../../main/ml/interop/onnx-rename.ts';
import { wireField, wireFields } from '../../../../main/ml/interop/protobuf-wire.ts';
import { decodeModel } from '../../../../main/ml/onnx/codec.ts';
import { buildProbeModel } from '../../../../main/ml/onnx/probe-model.ts';

const renamed = (bytes: Uint8Array, rename: (name: string) => string): Uint8Array =>
  joinArrays(
    Uint8Array,
    wireFields(bytes).map(({ id, raw, payload }) =>
      id === 7 && payload !== null ? wireField(7, renameGraph(payload, rename)) : raw,
    ),
  );

describe('D10 a foreign graph keeps its bytes', () => {
  it('with names kept nothing changes, fields we do not know included', () => {
    const unknown = Uint8Array.from([0xfa, 0x3f, 0x03, 1, 2, 3]);
    const bytes = joinArrays(Uint8Array, [buildProbeModel(), unknown]);
    expect(renamed(bytes, (name) => name)).toEqual(bytes);
  });

  it('every tensor gets its new name, where it is made and where it is used', () => {
    const before = decodeModel(buildProbeModel()).graph;
    const after = decodeModel(renamed(buildProbeModel(), (name) => `ß/${name}`)).graph;
    expect(after.node.map(({ input, output }) => [input, output])).toEqual(
      before.node.map(({ input, output }) => [input.map((n) => `ß/${n}`), output.map((n) => `ß/${n}`)]),
    );
    expect(after.initializer?.map(({ name }) => name)).toEqual(before.initializer?.map(({ name }) => `ß/${name}`));
    expect(after.input?.[0]?.name).toBe('ß/x');
    expect(after.output?.[0]?.name).toBe('ß/y');
  });

  it('bytes that are cut off are refused', () => {
    const bytes = buildProbeModel();
    expect(() => wireFields(bytes.slice(0, bytes.length - 3))).toThrow(/cut off/);
  });
});

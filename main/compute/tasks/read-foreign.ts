import type { ForeignModel, ForeignOptions } from '../../ml/interop/foreign-model.ts';
import { type ForeignFormat, readForeign } from '../../ml/interop/read-foreign.ts';
import type { TaskEnvironment } from '../environment.ts';

export type ReadForeignInput = {
  readonly format: ForeignFormat;
  readonly bytes: Uint8Array;
  readonly options: ForeignOptions;
};

/** Reads a model file of another library; large files are parsed here, off the host's event loop. */
export function readForeignModel(input: ReadForeignInput, _environment: TaskEnvironment): ForeignModel {
  const { format, bytes, options } = input;
  return readForeign(format, { bytes, text: () => new TextDecoder().decode(bytes) }, options);
}

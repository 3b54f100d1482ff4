import { kernelSource } from '../../ml/kernels/kernel-source.ts';
import { createKernelMemory, instantiateKernel } from '../../ml/kernels/web-assembly.ts';
import { code } from './compiled/rows.ts';

type Counter = (bytes: Uint8Array) => number;
type Exports = { readonly countLeads: (from: number, end: number) => number };

const room = 1 << 20;

function leadsPlain(bytes: Uint8Array): number {
  let leads = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] >= 0xc0) leads++;
  return leads;
}

const fromKernel = kernelSource(code);
let counter: Counter | undefined;

const makeCounter = (): Counter | null =>
  fromKernel((module) => {
    const memory = createKernelMemory(room);
    const kernel = instantiateKernel<Exports>(module, memory);
    const text = new Uint8Array(memory.buffer);
    return (bytes) => {
      let leads = 0;
      for (let from = 0; from < bytes.length; from += room) {
        const piece = bytes.subarray(from, from + room);
        text.set(piece);
        leads += kernel.countLeads(0, piece.length);
      }
      return leads;
    };
  });

/** How many bytes lead a UTF-8 sequence, in valid UTF-8. */
export function countLeads(bytes: Uint8Array): number {
  counter ??= makeCounter() ?? leadsPlain;
  return counter(bytes);
}

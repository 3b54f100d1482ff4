import { compileKernel, createKernelMemory, instantiateKernel } from '../../ml/kernels/web-assembly.ts';
import { code } from './compiled/rows.ts';

const room = 1 << 20;

function leadsPlain(bytes: Uint8Array): number {
  let leads = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] >= 0xc0) leads++;
  return leads;
}

let counter: ((bytes: Uint8Array) => number) | undefined;

function makeCounter(): (bytes: Uint8Array) => number {
  const module = compileKernel(code);
  if (module === null) return leadsPlain;
  try {
    const memory = createKernelMemory(room);
    const { countLeads } = instantiateKernel<{ readonly countLeads: (from: number, end: number) => number }>(
      module,
      memory,
    );
    const text = new Uint8Array(memory.buffer);
    return (bytes) => {
      let leads = 0;
      for (let from = 0; from < bytes.length; from += room) {
        const piece = bytes.subarray(from, from + room);
        text.set(piece);
        leads += countLeads(0, piece.length);
      }
      return leads;
    };
  } catch {
    return leadsPlain;
  }
}

/** How many bytes lead a UTF-8 sequence, in valid UTF-8. */
export function countLeads(bytes: Uint8Array): number {
  counter ??= makeCounter();
  return counter(bytes);
}

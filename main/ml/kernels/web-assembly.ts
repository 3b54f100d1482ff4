/**
 * Loading of compiled kernels. A module works on one shared memory that threads may have in common; where WebAssembly with
 * SIMD and shared memory is missing, `compileKernel` gives null and the TypeScript twins do the same work.
 */

/** Linear memory: grows in pages of 64 KiB, up to 65 536 of them (4 GiB). */
export type KernelMemory = { readonly buffer: SharedArrayBuffer; readonly grow: (pages: number) => number };

/** A compiled module: may be posted to other threads and instantiated there. */
export type KernelModule = { readonly kernelModule?: never };

type Instance<E> = { readonly exports: E };

type WebAssemblyApi = {
  readonly Module: new (bytes: Uint8Array) => KernelModule;
  readonly Instance: new <E>(
    module: KernelModule,
    imports: { readonly env: { readonly memory: KernelMemory } },
  ) => Instance<E>;
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => KernelMemory;
};

/** Seen without its types: some of the projects that compile this file know WebAssembly, some do not. */
const globals: object = globalThis;
const api = Reflect.get(globals, 'WebAssembly') as WebAssemblyApi | undefined;

/** Bytes of a page of kernel memory. */
export const pageBytes = 65_536;

/** Compiles base64 text; null where the machine cannot run it. */
export function compileKernel(base64: string): KernelModule | null {
  if (api === undefined || typeof SharedArrayBuffer === 'undefined') return null;
  try {
    return new api.Module(decodeBase64(base64));
  } catch {
    return null;
  }
}

/** Shared memory of at least `bytes`; may grow to 4 GiB. Throws RangeError when the system refuses it. */
export function createKernelMemory(bytes: number): KernelMemory {
  if (api === undefined) throw new RangeError('WebAssembly is missing');
  return new api.Memory({ initial: Math.max(1, Math.ceil(bytes / pageBytes)), maximum: 65_536, shared: true });
}

/** An instance of the module on `memory`, with the exports that its source declares. */
export function instantiateKernel<E>(module: KernelModule, memory: KernelMemory): E {
  if (api === undefined) throw new RangeError('WebAssembly is missing');
  return new api.Instance<E>(module, { env: { memory } }).exports;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decodeBase64(text: string): Uint8Array {
  const codeOf = new Uint8Array(128);
  for (let i = 0; i < alphabet.length; i++) codeOf[alphabet.charCodeAt(i)] = i;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4) {
    const word =
      (codeOf[text.charCodeAt(i)] << 18) |
      (codeOf[text.charCodeAt(i + 1)] << 12) |
      (codeOf[text.charCodeAt(i + 2)] << 6) |
      codeOf[text.charCodeAt(i + 3)];
    for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = (word >> shift) & 255;
  }
  return bytes;
}

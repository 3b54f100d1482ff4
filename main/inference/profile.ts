/** Reads the runtime's profile: which provider ran each node. */
import type { NodeCounts } from './protocol.ts';

const providerSuffix = 'ExecutionProvider';

/** Short names of the providers as the runtime spells them in profiles. */
const shortNames: Readonly<Record<string, string>> = {
  Dml: 'dml',
  DML: 'dml',
  CoreML: 'coreml',
  WebGpu: 'webgpu',
  CUDA: 'cuda',
  CPU: 'cpu',
};

/** Node counts from the text of a profile (a JSON array of trace events); null when it holds no node at all. */
export function countNodes(profile: string): NodeCounts | null {
  const events: unknown = JSON.parse(profile);
  if (!Array.isArray(events)) return null;
  const seen = new Map<string, string>();
  for (const event of events) {
    if (!isNodeEvent(event) || !event.name.endsWith('_kernel_time')) continue;
    const spelled = event.args.provider.replace(providerSuffix, '');
    seen.set(event.name, shortNames[spelled] ?? spelled.toLowerCase());
  }
  if (seen.size === 0) return null;
  const byProvider: Record<string, number> = {};
  for (const provider of seen.values()) byProvider[provider] = (byProvider[provider] ?? 0) + 1;
  return { total: seen.size, byProvider };
}

type NodeEvent = { readonly name: string; readonly args: { readonly provider: string } };

const isNodeEvent = (event: unknown): event is NodeEvent =>
  typeof event === 'object' &&
  event !== null &&
  'cat' in event &&
  event.cat === 'Node' &&
  'name' in event &&
  typeof event.name === 'string' &&
  'args' in event &&
  typeof event.args === 'object' &&
  event.args !== null &&
  'provider' in event.args &&
  typeof event.args.provider === 'string';

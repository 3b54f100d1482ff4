/**
 * The provider chain. Each provider is tried ALONE, because a list with the CPU after it hides nothing less than a failure
 * would: an unavailable provider throws anyway, and what a provider has no kernel for runs on the CPU unannounced. An
 * attempt counts only if the model ran, gave the CPU's numbers, and ran at least one node on the provider.
 */
import type { CreateReply, NodeCounts, ProviderName } from './protocol.ts';
import { maxDifference } from './smoke.ts';

/** What a caller may ask for. */
export type ProviderChoice = ProviderName | 'auto';

/** The order of `auto`; the CPU ends every chain. */
export const providerOrder: readonly ProviderName[] = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'];

/** One try of one provider with one model. */
export type ProviderAttempt = {
  readonly requested: ProviderName;
  /** The provider that most of the work went to, by the runtime's own profile; null when the try failed. */
  readonly used: ProviderName | null;
  readonly ok: boolean;
  /** The runtime's own words, or what was wrong with the answer; null when ok. */
  readonly error: string | null;
  readonly durationMs: number;
  /** Largest difference from the CPU on the smoke rows; null when not compared. */
  readonly maxDifference: number | null;
  readonly nodes: { readonly onProvider: number; readonly onCpu: number; readonly total: number } | null;
};

/** One row of the providers page. */
export type ProviderReport = {
  readonly name: ProviderName;
  readonly available: boolean;
  readonly error: string | null;
  readonly milliseconds: number | null;
  readonly maxDifference: number | null;
  readonly nodes: { readonly onProvider: number; readonly total: number } | null;
  /** True for the first available one in the order of `auto`. */
  readonly chosen: boolean;
};

/** Differences from the CPU above this make a provider unfit for a model. */
const tolerance = 1e-4;

/** The providers to try for a choice, in order; `available` filters `auto` (null = all). */
export function providerChain(
  choice: ProviderChoice,
  available: ReadonlySet<ProviderName> | null,
): readonly ProviderName[] {
  if (choice === 'cpu') return ['cpu'];
  if (choice !== 'auto') return [choice, 'cpu'];
  return providerOrder.filter((name) => name === 'cpu' || available === null || available.has(name));
}

/** The outcome of loading on a provider: the reply to `create`, or the error in words. */
export type CreateOutcome =
  | { readonly reply: CreateReply; readonly error: null }
  | { readonly reply: null; readonly error: string };

/** Judges one try. `onCpu` is the same model's reply on the CPU, for comparison (null for the CPU itself). */
export function judgeAttempt(
  requested: ProviderName,
  outcome: CreateOutcome,
  onCpu: CreateReply | null,
  durationMs: number,
): ProviderAttempt {
  const failed = (error: string, more: Partial<ProviderAttempt> = {}): ProviderAttempt => ({
    requested,
    used: null,
    ok: false,
    error,
    durationMs,
    maxDifference: null,
    nodes: null,
    ...more,
  });
  if (outcome.reply === null) return failed(outcome.error);
  const { smoke, smokeError, nodes } = outcome.reply;
  const counts = nodes === null ? null : countsFor(requested, nodes);
  if (requested === 'cpu') {
    return { requested, used: 'cpu', ok: true, error: null, durationMs, maxDifference: null, nodes: counts };
  }
  if (smoke === null || onCpu === null || onCpu.smoke === null) {
    return failed(
      `the answer could not be compared with the CPU's: ${smokeError ?? onCpu?.smokeError ?? 'the CPU did not run the model'}`,
      {
        nodes: counts,
      },
    );
  }
  const difference = maxDifference(smoke, onCpu.smoke);
  if (difference > tolerance) {
    return failed(`the answer differs from the CPU's by ${difference.toPrecision(3)}, more than ${tolerance}`, {
      maxDifference: difference,
      nodes: counts,
    });
  }
  if (counts === null || counts.onProvider === 0) {
    const share = counts === null ? 'the profile names no node' : `nodes on CPU: ${counts.onCpu} of ${counts.total}`;
    return failed(`no node of this model runs on ${requested} (${share})`, {
      maxDifference: difference,
      nodes: counts,
    });
  }
  return { requested, used: requested, ok: true, error: null, durationMs, maxDifference: difference, nodes: counts };
}

function countsFor(provider: ProviderName, nodes: NodeCounts): { onProvider: number; onCpu: number; total: number } {
  return { onProvider: nodes.byProvider[provider] ?? 0, onCpu: nodes.byProvider.cpu ?? 0, total: nodes.total };
}

/** Reports for the providers page from the attempts with the probe model. */
export function providerReports(attempts: readonly ProviderAttempt[]): ProviderReport[] {
  const chosen = attempts.find((attempt) => attempt.ok)?.requested;
  return attempts.map((attempt) => ({
    name: attempt.requested,
    available: attempt.ok,
    error: attempt.error,
    milliseconds: attempt.durationMs,
    maxDifference: attempt.maxDifference,
    nodes: attempt.nodes === null ? null : { onProvider: attempt.nodes.onProvider, total: attempt.nodes.total },
    chosen: attempt.requested === chosen,
  }));
}

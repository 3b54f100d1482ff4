/**
 * Loading through the provider chain: every provider before the CPU is compared with the CPU's own answer, the first that
 * passes keeps its session. A provider that takes the process down with it counts as failed; the next one starts anew.
 */
import type { Clock } from '../base/clock.ts';
import { bug } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { buildProbeModel } from '../ml/onnx/probe-model.ts';
import type { CreateReply, ModelSource, ProviderName } from './protocol.ts';
import {
  type CreateOutcome,
  judgeAttempt,
  type ProviderAttempt,
  type ProviderReport,
  providerOrder,
  providerReports,
} from './providers.ts';
import type { Supervisor } from './supervisor.ts';

export type ChainResult = {
  readonly provider: ProviderName;
  readonly reply: CreateReply;
  readonly attempts: readonly ProviderAttempt[];
};

export type ChainLoader = {
  /** Loads as session `id` on the first provider of `chain` that passes. Throws when the CPU, its last, does not. */
  readonly load: (
    id: string,
    source: ModelSource,
    chain: readonly ProviderName[],
    threads: number,
  ) => Promise<ChainResult>;
  /** Releases a session; one that is gone already is fine. */
  readonly release: (id: string) => Promise<void>;
  /** Tries every provider with the probe model. */
  readonly probe: () => Promise<readonly ProviderReport[]>;
};

export function createChainLoader(
  supervisor: Supervisor,
  clock: Clock,
  logger: Logger,
  timeoutMs: number,
): ChainLoader {
  const create = async (
    sessionId: string,
    source: ModelSource,
    provider: ProviderName,
    threads: number,
  ): Promise<CreateOutcome & { readonly cause?: unknown }> => {
    try {
      const reply = await supervisor.call({ kind: 'create', sessionId, source, provider, threads }, timeoutMs);
      return { reply, error: null };
    } catch (cause) {
      return { reply: null, error: cause instanceof Error ? cause.message : String(cause), cause };
    }
  };

  const release = async (sessionId: string): Promise<void> => {
    await supervisor.call({ kind: 'release', sessionId }, timeoutMs).catch(() => null);
  };

  const load: ChainLoader['load'] = async (id, source, chain, threads) => {
    const attempts: ProviderAttempt[] = [];
    let onCpu: CreateReply | null = null;
    for (const provider of chain) {
      if (provider !== 'cpu' && onCpu === null) {
        const reference = await create(`${id}/reference`, source, 'cpu', threads);
        if (reference.reply === null) throw reference.cause;
        onCpu = reference.reply;
        await release(`${id}/reference`);
      }
      const startedMs = clock.monotonic();
      const outcome = await create(id, source, provider, threads);
      const attempt = judgeAttempt(provider, outcome, onCpu, clock.monotonic() - startedMs);
      attempts.push(attempt);
      if (attempt.ok && outcome.reply !== null) return { provider, reply: outcome.reply, attempts };
      logger.info('a provider was not taken', { provider });
      if (outcome.reply !== null) await release(id);
      else if (provider === 'cpu') throw outcome.cause;
    }
    throw bug('a provider chain ends with the CPU');
  };

  return {
    load,
    release,
    probe: async () => {
      const source: ModelSource = { kind: 'bytes', bytes: buildProbeModel() };
      const attempts: ProviderAttempt[] = [];
      for (const provider of providerOrder) {
        const id = `probe/${provider}`;
        const result = await load(id, source, provider === 'cpu' ? ['cpu'] : [provider, 'cpu'], 1);
        attempts.push(result.attempts[0]);
        await release(id);
      }
      return providerReports(attempts);
    },
  };
}

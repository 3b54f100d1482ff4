import { fixedClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { entryUrl } from '../../main/entries.ts';
import { forkChannel } from '../../main/inference/channel.ts';
import { createInferenceClient, type InferenceClient } from '../../main/inference/client.ts';

/** A client on a real inference process; close it after the test. */
export const startInference = (): InferenceClient =>
  createInferenceClient({
    spawn: () => forkChannel(entryUrl('inference')),
    logger: silentLogger,
    clock: fixedClock(0),
  });

import type { ModelSummary } from '../../../main/contract/models.ts';

/** Models of trees alone that predict the target, and the one that is chosen, whatever it is. */
export const continuableModels = (
  models: readonly Pick<ModelSummary, 'id' | 'name' | 'target' | 'learner'>[],
  target: string | null,
  chosen: string | undefined,
): readonly Pick<ModelSummary, 'id' | 'name'>[] =>
  models.filter(({ id, target: own, learner }) => id === chosen || (own === target && learner.endsWith(' trees')));

import type { JobHandler } from './jobs/types.ts';
export const createPredictionJobs = (_d: unknown): JobHandler[] => [];
export const createPredictionsService = (_d: { curve: (modelId: string) => unknown } & Record<string, unknown>): never => ({}) as never;

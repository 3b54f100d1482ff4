import type { InferContractRouterOutputs } from '@orpc/contract';
import type { Contract } from '../../../main/contract/index.ts';

/** The reply that Home is drawn from. */
export type HomeData = InferContractRouterOutputs<Contract>['workspaces']['home'];

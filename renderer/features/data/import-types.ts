import type { InferContractRouterOutputs } from '@orpc/contract';
import type { Contract } from '../../../main/contract/index.ts';

/** The preview of a file, as the host sends it. */
export type Preview = InferContractRouterOutputs<Contract>['datasets']['preview'];

/** How its bytes were read. */
export type Dialect = Preview['dialect'];

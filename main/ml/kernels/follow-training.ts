/** A helper's side of compiled training; apart from all else, so that a helper starts soon. */
import type { TeamWork } from './team.ts';
import type { TrainingExports } from './training-module.ts';
import { instantiateKernel } from './web-assembly.ts';

/** The life of a helper thread: works until it is sent away. */
export function followTraining({ module, memory, control }: TeamWork): void {
  const kernel = instantiateKernel<TrainingExports>(module, memory);
  kernel.chooseControl(control);
  kernel.follow();
}

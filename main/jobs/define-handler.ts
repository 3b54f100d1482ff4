import type { JobHandler, JsonValue } from './types.ts';

/**
 * Takes a handler of a specific input and result into the queue's list. The queue hands a handler only inputs that were
 * started for its kind, so the handler's own input type holds.
 */
export const defineHandler = <Input extends JsonValue, Result extends JsonValue>(
  handler: JobHandler<Input, Result>,
): JobHandler => ({
  kind: handler.kind,
  estimate: (input) => handler.estimate(input as Input),
  hasTimeBudget: (input) => handler.hasTimeBudget?.(input as Input) ?? false,
  run: (input, context) => handler.run(input as Input, context),
  onCancelled: (input) => handler.onCancelled?.(input as Input),
});

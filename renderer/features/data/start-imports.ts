/** What became of several imports that were asked for one after another. */
export type StartedImports<Wanted> = {
  /** Jobs of those that began, in order. */
  readonly jobs: readonly string[];
  /** Those that were refused, and why. */
  readonly failed: readonly { readonly wanted: Wanted; readonly error: unknown }[];
};

/** The files of an archive whose imports were refused. */
export const membersLeft = (
  result: StartedImports<{ readonly options?: { readonly member?: string | undefined } | undefined }>,
): readonly { readonly member: string; readonly error: unknown }[] =>
  result.failed.flatMap(({ wanted: { options }, error }) =>
    options?.member === undefined ? [] : [{ member: options.member, error }],
  );

/** Asks for one import after another; one that is refused does not keep the others from beginning. */
export async function startImports<Wanted>(
  all: readonly Wanted[],
  start: (wanted: Wanted) => Promise<string>,
): Promise<StartedImports<Wanted>> {
  const jobs: string[] = [];
  const failed: { wanted: Wanted; error: unknown }[] = [];
  for (const wanted of all) {
    try {
      jobs.push(await start(wanted));
    } catch (error) {
      failed.push({ wanted, error });
    }
  }
  return { jobs, failed };
}

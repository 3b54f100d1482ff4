import { isAbsolute, resolve } from 'node:path';

/** The extension that the system opens with us. */
export const modelExtension = '.augury-model';

/**
 * Model packages named on a command line: ours at start, or that of a second instance (relative to its own folder). Only
 * the extension we registered is taken; switches and everything else are left alone.
 */
export function modelFilesOf(argv: readonly string[], workingFolder: string): string[] {
  return argv
    .slice(1)
    .filter((word) => !word.startsWith('-') && word.toLowerCase().endsWith(modelExtension))
    .map((word) => (isAbsolute(word) ? word : resolve(workingFolder, word)));
}

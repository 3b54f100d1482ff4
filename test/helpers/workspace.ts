import { onTestFinished } from 'vitest';
import { type OpenWorkspace, openWorkspace } from '../../main/services/workspaces/open-workspace.ts';
import { fixedSources, temporaryFolder } from './store.ts';

/** A real workspace in a folder of its own, closed when the test ends. */
export async function testWorkspace(
  folder = temporaryFolder(),
  seed = 1,
): Promise<OpenWorkspace & { readonly clock: ReturnType<typeof fixedSources>['clock'] }> {
  const sources = fixedSources(seed);
  const opened = await openWorkspace({ folder, version: '1.0.0', ...sources });
  if (opened.kind !== 'owner') throw new Error(`held by ${opened.owner.pid}`);
  onTestFinished(() => opened.close());
  return { ...opened, clock: sources.clock };
}

/**
 * Loaded models of a workspace: package read and verified, self-check passed, packed for the workers. The least recently
 * used are dropped; a package that changed on disk is refused by its hash.
 */
import { join } from 'node:path';
import { type PortableModel, packModel } from '../../compute/tasks/model-cache.ts';
import type { InferenceClient } from '../../inference/client.ts';
import type { Db } from '../../store/db.ts';
import {
  getCurrentModelVersion,
  getModel,
  type ModelRow,
  type ModelVersionRow,
} from '../../store/repositories/models.ts';
import { selfCheck } from './package-export.ts';
import { type ReadPackage, readPackage } from './package-read.ts';

export type LoadedModel = {
  readonly model: ModelRow;
  readonly version: ModelVersionRow;
  readonly content: ReadPackage;
  readonly portable: PortableModel;
};

export type ModelLoader = {
  /** The current version of a live model, ready to score. Throws not-found, data-problem or parity-failed. */
  readonly load: (modelId: string) => Promise<LoadedModel>;
  readonly packagePath: (version: ModelVersionRow) => string;
  /** Drops everything that is loaded. */
  readonly clear: () => void;
};

const keptModels = 8;

export function createModelLoader(deps: {
  readonly db: Db;
  readonly workspaceDir: string;
  readonly inference: InferenceClient;
}): ModelLoader {
  const loaded = new Map<string, Promise<Pick<LoadedModel, 'content' | 'portable'>>>();
  const packagePath = (version: ModelVersionRow): string => join(deps.workspaceDir, version.packageFile);
  const open = async (version: ModelVersionRow): Promise<Pick<LoadedModel, 'content' | 'portable'>> => {
    const content = await readPackage(packagePath(version));
    await selfCheck(content, deps.inference);
    return { content, portable: packModel(version.packageSha256, content.spec) };
  };
  return {
    packagePath,
    clear: () => loaded.clear(),
    load: async (modelId) => {
      const model = getModel(deps.db, modelId);
      const version = getCurrentModelVersion(deps.db, modelId);
      const key = version.packageSha256;
      let pending = loaded.get(key);
      if (pending === undefined) {
        pending = open(version);
        pending.catch(() => loaded.delete(key));
      } else loaded.delete(key);
      loaded.set(key, pending);
      if (loaded.size > keptModels) {
        const oldest = loaded.keys().next().value;
        if (oldest !== undefined) loaded.delete(oldest);
      }
      return { model, version, ...(await pending) };
    },
  };
}

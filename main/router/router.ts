/**
 * The one router behind every door. For each call it checks the rights and the surface named in the contract's
 * metadata, finds the workspace's services, runs one service method, wraps undoable changes in a captured transaction,
 * appends audit rows, and maps errors. Handlers hold no logic of their own.
 */
import { implement, ORPCError } from '@orpc/server';
import type { Logger } from '../base/logger.ts';
import { contract } from '../contract/index.ts';
import type { OperationMeta } from '../contract/meta.ts';
import type { Call, Services } from '../services/service-types.ts';
import type { RouterContext } from './context.ts';
import { toContractError } from './errors.ts';

/** What the router needs of an open workspace. */
export type RoutedWorkspace = {
  readonly services: Services;
  /** Runs a synchronous change in one transaction, captured for undo, with its event and audit rows. */
  readonly change: (operation: string, actor: string, fn: () => void) => { readonly eventId: string };
  readonly undo: (eventId: string, actor: string) => { readonly eventId: string };
  /** Appends an audit row for a call that is not an undoable change. */
  readonly audit: (operation: string, actor: string) => void;
};

export type RouterOptions = {
  readonly workspace: (id: string | null) => Promise<RoutedWorkspace> | RoutedWorkspace;
  readonly logger: Logger;
};

/** Builds the router; one for all workspaces of a host. */
export function createRouter(options: RouterOptions) {
  const os = implement(contract)
    .$context<RouterContext>()
    .use(async ({ context, next, procedure, path, signal }) => {
      const operation = path.join('.');
      const meta: OperationMeta = procedure['~orpc'].meta;
      if (!context.permissions.includes(meta.permission) || !meta.surfaces.includes(context.surface)) {
        throw new ORPCError('UNAUTHORISED', {
          status: 401,
          message: `${operation} is not allowed here.`,
          data: { family: 'unauthorised', code: 'not-allowed', hint: 'Ask for the right to do it.', details: {} },
        });
      }
      try {
        const workspace = await options.workspace(context.workspaceId);
        const call: Call = { actor: context.actor, surface: context.surface, signal };
        const change = (fn: () => void): { eventId: string } => workspace.change(operation, context.actor, fn);
        const reply = await next({ context: { workspace, services: workspace.services, call, change } });
        if (meta.audit && !meta.undo) workspace.audit(operation, context.actor);
        return reply;
      } catch (error) {
        throw toContractError(error, options.logger, operation);
      }
    });

  return os.router({
    workspaces: {
      current: os.workspaces.current.handler(({ input, context: c }) => c.services.workspaces.current(input, c.call)),
      list: os.workspaces.list.handler(({ input, context: c }) => c.services.workspaces.list(input, c.call)),
      create: os.workspaces.create.handler(({ input, context: c }) => c.services.workspaces.create(input, c.call)),
      home: os.workspaces.home.handler(({ input, context: c }) => c.services.workspaces.home(input, c.call)),
      loadSample: os.workspaces.loadSample.handler(({ input, context: c }) =>
        c.services.workspaces.loadSample(input, c.call),
      ),
    },
    datasets: {
      preview: os.datasets.preview.handler(({ input, context: c }) => c.services.datasets.preview(input, c.call)),
      import: os.datasets.import.handler(({ input, context: c }) => c.services.datasets.import(input, c.call)),
      list: os.datasets.list.handler(({ input, context: c }) => c.services.datasets.list(input, c.call)),
      get: os.datasets.get.handler(({ input, context: c }) => c.services.datasets.get(input, c.call)),
      receipt: os.datasets.receipt.handler(({ input, context: c }) => c.services.datasets.receipt(input, c.call)),
      versions: os.datasets.versions.handler(({ input, context: c }) => c.services.datasets.versions(input, c.call)),
      profile: os.datasets.profile.handler(({ input, context: c }) => c.services.datasets.profile(input, c.call)),
      page: os.datasets.page.handler(({ input, context: c }) => c.services.datasets.page(input, c.call)),
      rename: os.datasets.rename.handler(({ input, context: c }) => c.change(() => c.services.datasets.rename(input))),
      delete: os.datasets.delete.handler(({ input, context: c }) => c.change(() => c.services.datasets.delete(input))),
      export: os.datasets.export.handler(({ input, context: c }) => c.services.datasets.export(input, c.call)),
      previewClean: os.datasets.previewClean.handler(({ input, context: c }) =>
        c.services.datasets.previewClean(input, c.call),
      ),
      clean: os.datasets.clean.handler(({ input, context: c }) => c.services.datasets.clean(input, c.call)),
      erasure: os.datasets.erasure.handler(({ input, context: c }) => c.services.datasets.erasure(input, c.call)),
      mask: os.datasets.mask.handler(({ input, context: c }) => c.services.datasets.mask(input, c.call)),
      restore: os.datasets.restore.handler(({ input, context: c }) =>
        c.change(() => c.services.datasets.restore(input)),
      ),
      recipe: os.datasets.recipe.handler(({ input, context: c }) => c.services.datasets.recipe(input, c.call)),
      lineage: os.datasets.lineage.handler(({ input, context: c }) => c.services.datasets.lineage(input, c.call)),
      diff: os.datasets.diff.handler(({ input, context: c }) => c.services.datasets.diff(input, c.call)),
      inspect: os.datasets.inspect.handler(({ input, context: c }) => c.services.datasets.inspect(input, c.call)),
    },
    features: {
      recipes: os.features.recipes.handler(({ input, context: c }) => c.services.features.recipes(input, c.call)),
      saveRecipe: os.features.saveRecipe.handler(({ input, context: c }) =>
        c.services.features.saveRecipe(input, c.call),
      ),
      deleteRecipe: os.features.deleteRecipe.handler(({ input, context: c }) =>
        c.change(() => c.services.features.deleteRecipe(input)),
      ),
      previewRecipe: os.features.previewRecipe.handler(({ input, context: c }) =>
        c.services.features.previewRecipe(input, c.call),
      ),
      list: os.features.list.handler(({ input, context: c }) => c.services.features.list(input, c.call)),
      get: os.features.get.handler(({ input, context: c }) => c.services.features.get(input, c.call)),
      save: os.features.save.handler(({ input, context: c }) => c.services.features.save(input, c.call)),
      delete: os.features.delete.handler(({ input, context: c }) => c.change(() => c.services.features.delete(input))),
      materialise: os.features.materialise.handler(({ input, context: c }) =>
        c.services.features.materialise(input, c.call),
      ),
      prove: os.features.prove.handler(({ input, context: c }) => c.services.features.prove(input, c.call)),
      values: os.features.values.handler(({ input, context: c }) => c.services.features.values(input, c.call)),
      preview: os.features.preview.handler(({ input, context: c }) => c.services.features.preview(input, c.call)),
    },
    jobs: {
      list: os.jobs.list.handler(({ input, context: c }) => c.services.jobs.list(input, c.call)),
      get: os.jobs.get.handler(({ input, context: c }) => c.services.jobs.get(input, c.call)),
      metrics: os.jobs.metrics.handler(({ input, context: c }) => c.services.jobs.metrics(input, c.call)),
      log: os.jobs.log.handler(({ input, context: c }) => c.services.jobs.log(input, c.call)),
      watch: os.jobs.watch.handler(({ input, context: c }) => c.services.jobs.watch(input, c.call)),
      watchAll: os.jobs.watchAll.handler(({ input, context: c }) => c.services.jobs.watchAll(input, c.call)),
      cancel: os.jobs.cancel.handler(({ input, context: c }) => c.services.jobs.cancel(input, c.call)),
      pause: os.jobs.pause.handler(({ input, context: c }) => c.services.jobs.pause(input, c.call)),
      resume: os.jobs.resume.handler(({ input, context: c }) => c.services.jobs.resume(input, c.call)),
      retry: os.jobs.retry.handler(({ input, context: c }) => c.services.jobs.retry(input, c.call)),
    },
    models: {
      plan: os.models.plan.handler(({ input, context: c }) => c.services.models.plan(input, c.call)),
      train: os.models.train.handler(({ input, context: c }) => c.services.models.train(input, c.call)),
      stopEarly: os.models.stopEarly.handler(({ input, context: c }) => c.services.models.stopEarly(input, c.call)),
      list: os.models.list.handler(({ input, context: c }) => c.services.models.list(input, c.call)),
      get: os.models.get.handler(({ input, context: c }) => c.services.models.get(input, c.call)),
      fairness: os.models.fairness.handler(({ input, context: c }) => c.services.models.fairness(input, c.call)),
      coverage: os.models.coverage.handler(({ input, context: c }) => c.services.models.coverage(input, c.call)),
      slices: os.models.slices.handler(({ input, context: c }) => c.services.models.slices(input, c.call)),
      quality: os.models.quality.handler(({ input, context: c }) => c.services.models.quality(input, c.call)),
      compare: os.models.compare.handler(({ input, context: c }) => c.services.models.compare(input, c.call)),
      curves: os.models.curves.handler(({ input, context: c }) => c.services.models.curves(input, c.call)),
      previewCurveEdit: os.models.previewCurveEdit.handler(({ input, context: c }) =>
        c.services.models.previewCurveEdit(input, c.call),
      ),
      saveCurveEdit: os.models.saveCurveEdit.handler(({ input, context: c }) =>
        c.services.models.saveCurveEdit(input, c.call),
      ),
      activateVersion: os.models.activateVersion.handler(({ input, context: c }) =>
        c.change(() => c.services.models.activateVersion(input)),
      ),
      rename: os.models.rename.handler(({ input, context: c }) => c.change(() => c.services.models.rename(input))),
      delete: os.models.delete.handler(({ input, context: c }) => c.change(() => c.services.models.delete(input))),
      import: os.models.import.handler(({ input, context: c }) => c.services.models.import(input, c.call)),
      export: os.models.export.handler(({ input, context: c }) => c.services.models.export(input, c.call)),
      exportMlflow: os.models.exportMlflow.handler(({ input, context: c }) =>
        c.services.models.exportMlflow(input, c.call),
      ),
      download: os.models.download.handler(({ input, context: c }) => c.services.models.download(input, c.call)),
      evaluate: os.models.evaluate.handler(({ input, context: c }) => c.services.models.evaluate(input, c.call)),
    },
    predictions: {
      one: os.predictions.one.handler(({ input, context: c }) => c.services.predictions.one(input, c.call)),
      checkSchema: os.predictions.checkSchema.handler(({ input, context: c }) =>
        c.services.predictions.checkSchema(input, c.call),
      ),
      scoreFile: os.predictions.scoreFile.handler(({ input, context: c }) =>
        c.services.predictions.scoreFile(input, c.call),
      ),
      cacheStats: os.predictions.cacheStats.handler(({ input, context: c }) =>
        c.services.predictions.cacheStats(input, c.call),
      ),
      clearCache: os.predictions.clearCache.handler(({ input, context: c }) =>
        c.services.predictions.clearCache(input, c.call),
      ),
    },
    explanations: {
      global: os.explanations.global.handler(({ input, context: c }) => c.services.explanations.global(input, c.call)),
      dependence: os.explanations.dependence.handler(({ input, context: c }) =>
        c.services.explanations.dependence(input, c.call),
      ),
      explainFile: os.explanations.explainFile.handler(({ input, context: c }) =>
        c.services.explanations.explainFile(input, c.call),
      ),
      one: os.explanations.one.handler(({ input, context: c }) => c.services.explanations.one(input, c.call)),
      effect: os.explanations.effect.handler(({ input, context: c }) => c.services.explanations.effect(input, c.call)),
      interactions: os.explanations.interactions.handler(({ input, context: c }) =>
        c.services.explanations.interactions(input, c.call),
      ),
      shapInteractions: os.explanations.shapInteractions.handler(({ input, context: c }) =>
        c.services.explanations.shapInteractions(input, c.call),
      ),
      startPermutation: os.explanations.startPermutation.handler(({ input, context: c }) =>
        c.services.explanations.startPermutation(input, c.call),
      ),
      counterfactuals: os.explanations.counterfactuals.handler(({ input, context: c }) =>
        c.services.explanations.counterfactuals(input, c.call),
      ),
      counterfactualsFile: os.explanations.counterfactualsFile.handler(({ input, context: c }) =>
        c.services.explanations.counterfactualsFile(input, c.call),
      ),
    },
    decisions: {
      curve: os.decisions.curve.handler(({ input, context: c }) => c.services.decisions.curve(input, c.call)),
      savePolicy: os.decisions.savePolicy.handler(({ input, context: c }) =>
        c.change(() => c.services.decisions.savePolicy(input)),
      ),
      ledger: os.decisions.ledger.handler(({ input, context: c }) => c.services.decisions.ledger(input, c.call)),
      verify: os.decisions.verify.handler(({ input, context: c }) => c.services.decisions.verify(input, c.call)),
    },
    queries: {
      tables: os.queries.tables.handler(({ input, context: c }) => c.services.queries.tables(input, c.call)),
      run: os.queries.run.handler(({ input, context: c }) => c.services.queries.run(input, c.call)),
      save: os.queries.save.handler(({ input, context: c }) => c.services.queries.save(input, c.call)),
    },
    system: {
      health: os.system.health.handler(({ input, context: c }) => c.services.system.health(input, c.call)),
      machine: os.system.machine.handler(({ input, context: c }) => c.services.system.machine(input, c.call)),
      settings: os.system.settings.handler(({ input, context: c }) => c.services.system.settings(input, c.call)),
      updateSettings: os.system.updateSettings.handler(({ input, context: c }) =>
        c.change(() => c.services.system.updateSettings(input)),
      ),
      doctor: os.system.doctor.handler(({ input, context: c }) => c.services.system.doctor(input, c.call)),
      undo: os.system.undo.handler(({ input, context: c }) => c.workspace.undo(input.eventId, c.call.actor)),
      changes: os.system.changes.handler(({ input, context: c }) => c.services.system.changes(input, c.call)),
      beginUpload: os.system.beginUpload.handler(({ input, context: c }) =>
        c.services.system.beginUpload(input, c.call),
      ),
      appendUpload: os.system.appendUpload.handler(({ input, context: c }) =>
        c.services.system.appendUpload(input, c.call),
      ),
      discardUpload: os.system.discardUpload.handler(({ input, context: c }) =>
        c.services.system.discardUpload(input, c.call),
      ),
      download: os.system.download.handler(({ input, context: c }) => c.services.system.download(input, c.call)),
    },
  });
}

export type AuguryRouter = ReturnType<typeof createRouter>;

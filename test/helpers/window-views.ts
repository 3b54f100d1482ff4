/**
 * Every view of the window by its address. The router's own paths are walked against this list, so that a page that is
 * added without an entry here fails the tests that look at every page.
 */
import { routeTree } from '../../renderer/app/routes.tsx';
import { datasetTabs } from '../../renderer/features/data/search.ts';
import { modelTabs } from '../../renderer/features/models/search.ts';
import { featureTabs } from '../../renderer/features/recipes/search.ts';
import { settingsTabs } from '../../renderer/features/settings/search.ts';
import { type Project, projectNames } from './served.ts';

/** One view: a path of the router with the search that opens this face of it. */
export type WindowView = {
  /** Name in test names and of pictures. */
  readonly name: string;
  readonly path: string;
  readonly address: (project: Project) => string;
  /** The page's title. */
  readonly title: string;
};

const { dataset, model, features } = projectNames;

/** The views that have something to show in a workspace with the sample project. */
export const views: readonly WindowView[] = [
  { name: 'home', path: '/', title: 'Home', address: () => '/' },
  { name: 'data', path: '/data', title: 'Data', address: () => '/data' },
  { name: 'import', path: '/data/import', title: 'Import', address: () => '/data/import' },
  { name: 'sql', path: '/data/sql', title: 'SQL', address: () => '/data/sql' },
  ...datasetTabs.map((tab) => ({
    name: `data-set-${tab}`,
    path: '/data/$datasetId',
    title: dataset,
    address: ({ datasetId }: Project) => `/data/${datasetId}?tab=${tab}`,
  })),
  ...featureTabs.map((tab) => ({
    name: `features-${tab}`,
    path: '/features',
    title: 'Features',
    address: () => `/features?tab=${tab}`,
  })),
  {
    name: 'recipe',
    path: '/features/recipe',
    title: 'New recipe',
    address: ({ datasetId }) => `/features/recipe?dataset=${datasetId}`,
  },
  {
    name: 'feature-set-edit',
    path: '/features/edit',
    title: features,
    address: ({ featureSetId }) => `/features/edit?set=${featureSetId}`,
  },
  {
    name: 'feature-set',
    path: '/features/$setId',
    title: features,
    address: ({ featureSetId }) => `/features/${featureSetId}`,
  },
  { name: 'train', path: '/train', title: 'Train', address: () => '/train' },
  {
    name: 'train-plan',
    path: '/train',
    title: `Train on ${dataset}`,
    address: ({ datasetId }) => `/train?dataset=${datasetId}&target=Churn`,
  },
  {
    name: 'train-live',
    path: '/train',
    title: `Train Churn on ${dataset}`,
    address: ({ jobId }) => `/train?job=${jobId}`,
  },
  { name: 'models', path: '/models', title: 'Models', address: () => '/models' },
  ...modelTabs.map((tab) => ({
    name: `model-${tab}`,
    path: '/models/$modelId',
    title: model,
    address: ({ modelId }: Project) => `/models/${modelId}?tab=${tab}`,
  })),
  {
    name: 'compare',
    path: '/models/compare',
    title: 'Compare two models',
    address: ({ modelId, linearId }) => `/models/compare?a=${modelId}&b=${linearId}`,
  },
  { name: 'predict', path: '/predict', title: 'Predict', address: () => '/predict' },
  {
    name: 'predict-one',
    path: '/predict',
    title: `Predict with ${model}`,
    address: ({ modelId }) => `/predict?model=${modelId}`,
  },
  {
    name: 'predict-batch',
    path: '/predict',
    title: `Predict with ${model}`,
    address: ({ modelId, datasetId }) => `/predict?model=${modelId}&tab=batch&dataset=${datasetId}`,
  },
  { name: 'jobs', path: '/jobs', title: 'Jobs', address: () => '/jobs' },
  ...settingsTabs.map((tab) => ({
    name: `settings-${tab}`,
    path: '/settings',
    title: 'Settings',
    address: () => `/settings?tab=${tab}`,
  })),
];

/** Every path of the router, as it stands in the code. */
export function routerPaths(): readonly string[] {
  const children: unknown = routeTree.children;
  if (!Array.isArray(children)) throw new Error('the router has no routes');
  return children.map((route: { readonly options: { readonly path?: string } }) => route.options.path ?? '');
}

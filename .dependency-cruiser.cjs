// Imports point one way; each layer lists what it may import. Type-only imports count.
const layers = {
  base: [],
  contract: ['base'],
  ml: ['base'],
  compute: ['base', 'ml'],
  store: ['base', 'contract'],
  warehouse: ['base', 'contract', 'ml'],
  inference: ['base', 'contract', 'ml'],
  jobs: ['base', 'contract'],
  services: ['base', 'contract', 'ml', 'compute', 'store', 'warehouse', 'inference', 'jobs'],
  router: ['base', 'contract', 'services'],
  surfaces: ['base', 'contract', 'router'],
  app: ['base', 'contract', 'surfaces'],
};

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: `main/${layer} may import only itself${allowed.length > 0 ? ` and ${allowed.join(', ')}` : ''}`,
  severity: 'error',
  from: { path: `^main/${layer}/` },
  to: { path: '^(main|renderer|preload|test|bench)/', pathNot: `^main/(${[layer, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'no-cycles',
      comment: 'modules that need each other are one module or need a third; types may look both ways',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:|^electron$' },
    },
    {
      name: 'electron-only-in-shell',
      comment: 'the composition root and everything below it run under plain Node',
      severity: 'error',
      from: { path: '^(main|renderer)/', pathNot: '^main/(index\\.ts$|app/)' },
      to: { path: '(^|/)(electron|electron-updater)(/|$)' },
    },
    {
      name: 'renderer-sees-the-contract',
      comment: 'the renderer imports main/contract and nothing else of main',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|preload|test|bench)/', pathNot: '^main/contract/' },
    },
    {
      name: 'features-stay-apart',
      comment: 'a renderer feature never imports another',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'renderer-layers',
      comment: 'app ← features ← charts, ui, client, state, lib: the shared folders know no feature',
      severity: 'error',
      from: { path: '^renderer/(charts|ui|client|state|lib)/' },
      to: { path: '^renderer/(features|app)/' },
    },
    {
      name: 'preload-stands-alone',
      comment: 'it shares the names of its channels with main, and nothing else',
      severity: 'error',
      from: { path: '^preload/' },
      to: { path: '^(main|renderer|test|bench)/', pathNot: '^main/contract/bridge\\.ts$' },
    },
    {
      name: 'nothing-ships-tests',
      severity: 'error',
      from: { path: '^(main|renderer|preload)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'ml-is-pure',
      comment: 'no Node built-ins and no packages in the numerics',
      severity: 'error',
      from: { path: '^main/ml/', pathNot: '^main/ml/kernels/(build|assembly)' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'], pathNot: 'protobufjs' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/.*/node_modules|main/[^/]+/kernels/assembly/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json'],
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};

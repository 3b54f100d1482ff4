/** The open-source parts the application is built from, with their licences, as the About page lists them. */

/** One part. `use` names a message of the settings. */
export type Part = { readonly name: string; readonly licence: string; readonly use: PartUse };

/** What a part is used for. */
export type PartUse =
  | 'ui'
  | 'charts'
  | 'grid'
  | 'icons'
  | 'font'
  | 'rpc'
  | 'store'
  | 'warehouse'
  | 'inference'
  | 'server'
  | 'shell'
  | 'router';

/** In the order of the page. */
export const parts: readonly Part[] = [
  { name: 'Electron', licence: 'MIT', use: 'shell' },
  { name: 'React', licence: 'MIT', use: 'ui' },
  { name: 'Mantine', licence: 'MIT', use: 'ui' },
  { name: 'zustand', licence: 'MIT', use: 'ui' },
  { name: 'TanStack Query, TanStack Router', licence: 'MIT', use: 'router' },
  { name: 'Apache ECharts', licence: 'Apache-2.0', use: 'charts' },
  { name: 'AG Grid Community', licence: 'MIT', use: 'grid' },
  { name: 'Tabler Icons', licence: 'MIT', use: 'icons' },
  { name: 'Inter, JetBrains Mono', licence: 'OFL-1.1', use: 'font' },
  { name: 'oRPC, zod', licence: 'MIT', use: 'rpc' },
  { name: 'Fastify, ws', licence: 'MIT', use: 'server' },
  { name: 'SQLite, better-sqlite3-multiple-ciphers', licence: 'Public domain, MIT', use: 'store' },
  { name: 'DuckDB', licence: 'MIT', use: 'warehouse' },
  { name: 'ONNX Runtime', licence: 'MIT', use: 'inference' },
];

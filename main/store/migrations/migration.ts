/** One numbered, additive step of the store's schema. `version` becomes `user_version`; the SQL runs in a transaction. */
export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

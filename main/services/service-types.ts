/** Types of the services' methods, derived from the contract: a method is one operation, parsed input to output. */
import type { AnySchema, ContractProcedure, InferSchemaInput, InferSchemaOutput } from '@orpc/contract';
import type { Contract } from '../contract/index.ts';

type Parsed<T> =
  T extends ContractProcedure<infer I extends AnySchema, infer _O, infer _E, infer _M>
    ? InferSchemaOutput<I>
    : { [K in keyof T]: Parsed<T[K]> };
type Returned<T> =
  T extends ContractProcedure<infer _I, infer O extends AnySchema, infer _E, infer _M>
    ? InferSchemaInput<O>
    : { [K in keyof T]: Returned<T[K]> };

/** Inputs as handlers receive them: validated, defaults filled in. */
export type Inputs = Parsed<Contract>;
/** Outputs as handlers return them. */
export type Outputs = Returned<Contract>;

type Nouns = keyof Contract;

/** What a service method is told about its call. */
export type Call = {
  readonly actor: string;
  readonly surface: string;
  /** Raised when the caller went away. */
  readonly signal: AbortSignal | undefined;
};

type Plain<N extends Nouns, K extends keyof Contract[N]> = (
  input: K extends keyof Inputs[N] ? Inputs[N][K] : never,
  call: Call,
) => K extends keyof Outputs[N] ? Promise<Outputs[N][K]> | Outputs[N][K] : never;

/** Operations whose change is captured for undo: synchronous, run inside one transaction by the router. */
type UndoableOf<N extends Nouns> = N extends 'datasets'
  ? 'rename' | 'delete' | 'restore'
  : N extends 'models'
    ? 'rename' | 'delete' | 'activateVersion'
    : N extends 'decisions'
      ? 'savePolicy'
      : N extends 'features'
        ? 'deleteRecipe' | 'delete'
        : N extends 'system'
          ? 'updateSettings'
          : never;

type Undoable<N extends Nouns, K extends keyof Contract[N]> = (
  input: K extends keyof Inputs[N] ? Inputs[N][K] : never,
) => void;

/** The service of a noun: every operation of the contract, undoable ones as plain synchronous changes. */
export type Service<N extends Nouns> = {
  readonly [K in keyof Contract[N]]: K extends UndoableOf<N> ? Undoable<N, K> : Plain<N, K>;
};

/** All services of one workspace; `system.undo` belongs to the router. */
export type Services = {
  readonly workspaces: Service<'workspaces'>;
  readonly datasets: Service<'datasets'>;
  readonly jobs: Service<'jobs'>;
  readonly models: Service<'models'>;
  readonly predictions: Service<'predictions'>;
  readonly explanations: Service<'explanations'>;
  readonly decisions: Service<'decisions'>;
  readonly queries: Service<'queries'>;
  readonly features: Service<'features'>;
  readonly system: Omit<Service<'system'>, 'undo'>;
};

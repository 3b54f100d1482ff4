import { type OpenAPI, OpenAPIGenerator } from '@orpc/openapi';
import type { AnyRouter } from '@orpc/server';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import type { OperationMeta } from '../../contract/meta.ts';

const binary = { type: 'string', contentMediaType: '*/*' } as const;

/** Blobs have no JSON schema of their own; in OpenAPI 3.1 they are strings with a media type. */
const schemas = new ZodToJsonSchemaConverter({
  interceptors: [
    (options) => {
      const definition = options.schema._zod.def;
      const isBlob = definition.type === 'custom' && options.schema._zod.bag?.Class === Blob;
      return isBlob ? [true, binary] : options.next();
    },
  ],
});

/** The OpenAPI 3.1 description of every operation that the contract offers over HTTP. */
export function generateOpenApi(router: AnyRouter, version: string): Promise<OpenAPI.Document> {
  return new OpenAPIGenerator({ schemaConverters: [schemas] }).generate(router, {
    info: {
      title: 'Augury',
      version,
      description:
        'Every operation of Augury, served on this machine only. Send `Authorization: Bearer` with the token of the file `api-token` in the workspace folder.',
    },
    servers: [{ url: '/api' }],
    components: { securitySchemes: { apiToken: { type: 'http', scheme: 'bearer' } } },
    security: [{ apiToken: [] }],
    filter: ({ contract }) => {
      const meta: Partial<OperationMeta> = contract['~orpc'].meta;
      return meta.surfaces === undefined || meta.surfaces.includes('http');
    },
  });
}

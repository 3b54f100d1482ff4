import { eventIterator, oc } from '@orpc/contract';
import { implement, ORPCError } from '@orpc/server';
import * as z from 'zod';
import type { RouterContext } from '../../main/router/context.ts';
import type { Served } from '../../main/surfaces/served.ts';

/** A few operations that stand for the whole contract in tests of the doors: reads, writes, blobs, streams, failures. */
const tinyContract = {
  system: {
    echo: oc
      .route({ method: 'POST', path: '/echo' })
      .input(z.object({ text: z.string() }))
      .output(
        z.object({
          text: z.string(),
          surface: z.string(),
          workspace: z.string().nullable(),
          permissions: z.array(z.string()),
        }),
      ),
    add: oc
      .route({ method: 'GET', path: '/add/{a}' })
      .input(z.object({ a: z.number(), b: z.number().default(1) }))
      .output(z.object({ sum: z.number() })),
    appendUpload: oc
      .route({ method: 'POST', path: '/system/uploads/{uploadId}/append' })
      .input(z.object({ uploadId: z.string(), data: z.instanceof(Blob) }))
      .output(z.object({ received: z.number() })),
    download: oc.route({ method: 'GET', path: '/download' }).output(z.instanceof(Blob)),
    crash: oc.route({ method: 'POST', path: '/crash' }).output(z.object({})),
    typed: oc
      .errors({ NOT_FOUND: { status: 404, data: z.object({ hint: z.string() }) } })
      .route({ method: 'POST', path: '/typed' })
      .output(z.object({})),
    ticks: oc
      .route({ method: 'GET', path: '/ticks' })
      .input(z.object({ count: z.number() }))
      .output(eventIterator(z.object({ n: z.number() }))),
    forever: oc.route({ method: 'GET', path: '/forever' }).output(eventIterator(z.object({ n: z.number() }))),
  },
};

export type TinyContract = typeof tinyContract;

/** The tiny router, and a record of what its streams noticed. */
export function tinyServed(): Served & { readonly ended: string[] } {
  const ended: string[] = [];
  const os = implement(tinyContract).$context<RouterContext>();
  const router = os.router({
    system: {
      echo: os.system.echo.handler(({ input, context }) => ({
        text: input.text,
        surface: context.surface,
        workspace: context.workspaceId,
        permissions: [...context.permissions],
      })),
      add: os.system.add.handler(({ input }) => ({ sum: input.a + input.b })),
      appendUpload: os.system.appendUpload.handler(async ({ input }) => ({
        received: (await input.data.arrayBuffer()).byteLength,
      })),
      download: os.system.download.handler(() => new Blob(['a,b\n1,2\n'], { type: 'text/csv' })),
      crash: os.system.crash.handler(() => {
        throw new Error('the password is swordfish');
      }),
      typed: os.system.typed.handler(() => {
        throw new ORPCError('NOT_FOUND', { status: 404, message: 'gone', data: { hint: 'look elsewhere' } });
      }),
      ticks: os.system.ticks.handler(async function* ({ input }) {
        for (let n = 0; n < input.count; n++) yield { n };
      }),
      forever: os.system.forever.handler(async function* ({ signal }) {
        try {
          for (let n = 0; ; n++) {
            yield { n };
            await new Promise<void>((done, fail) => {
              const timer = setTimeout(done, 10);
              signal?.addEventListener('abort', () => {
                clearTimeout(timer);
                fail(new Error('aborted'));
              });
            });
          }
        } finally {
          ended.push('forever');
        }
      }),
    },
  });
  return {
    ended,
    router,
    contextFor: (input) => ({
      workspaceId: null,
      surface: 'in-process',
      actor: 'test',
      permissions: [],
      ...input,
    }),
  };
}

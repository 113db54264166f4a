import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  readCheckpoint,
  readConsistency,
  readInclusion,
  readLogKey,
  readTile
} from '../../registry/log/read-log.ts'
import { jsonAnswer, named } from '../description/answers.ts'
import type { RouteOptions, TypedApp } from '../route.ts'

const tags = ['Transparency log']
const config = { scope: 'public' } as const
const FOREVER = 'public, max-age=31536000, immutable'
/** C2SP tlog-tiles: no caching beyond a few seconds. */
const BRIEFLY = 'public, max-age=1'

const CHECKPOINT =
  'lodestone.example/log\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n\n— lodestone.example/log M9e0luh4…\n'
const HASH = '+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU='

const count = (description: string, example: number) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description, examples: [example] })
const proved = {
  proof: Type.Array(Type.String(), { description: 'Hashes in base64, lowest level first.' }),
  checkpoint: Type.String({ description: 'The signed note that the proof belongs to.' })
}

/** The log as C2SP tlog-tiles: whoever mirrors `/log` holds everything that proves the history. */
export async function logRoutes(plain: FastifyInstance, options: RouteOptions): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  headRoutes(app, options)
  tileRoute(app, options)
  proofRoutes(app, options)
}

function headRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/log/checkpoint',
    config,
    schema: {
      operationId: 'readCheckpoint',
      summary: 'The newest signed head of the log (C2SP tlog-checkpoint)',
      tags,
      response: { 200: textAnswer('A signed note.', CHECKPOINT) }
    },
    handler: async (_request, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .header('cache-control', BRIEFLY)
        .send((await readCheckpoint(deps)).note)
  })

  app.route({
    method: 'GET',
    url: '/log/key',
    config,
    schema: {
      operationId: 'readLogKey',
      summary: 'The key that signs the log (C2SP signed-note)',
      description:
        'Get it once, by a way that you trust, and keep it: every proof is judged by this key.',
      tags,
      response: {
        200: textAnswer(
          'Name, id and Ed25519 key in one line.',
          'lodestone.example/log+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx\n'
        )
      }
    },
    handler: async (_request, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .header('cache-control', 'public, max-age=300')
        .send(`${await readLogKey(deps)}\n`)
  })
}

function tileRoute(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/log/tile/*',
    config,
    schema: {
      operationId: 'readTile',
      summary: 'Hashes or entries of the log (C2SP tlog-tiles)',
      description:
        '`/log/tile/{level}/{number}` holds 256 hashes, `/log/tile/entries/{number}` the 256 entries behind them, with `.p/{width}` while there are fewer; numbers as `x001/x234/067`.',
      tags,
      params: Type.Object({
        '*': Type.String({
          maxLength: 60,
          description: 'Level and number of a tile.',
          examples: ['0/000.p/3', 'entries/x001/234']
        })
      }),
      response: {
        200: {
          description: 'Bytes that never change.',
          content: {
            'application/octet-stream': {
              schema: Type.Unsafe<Buffer>({ type: 'string' }),
              example: ''
            }
          }
        }
      }
    },
    handler: async (request, reply) => {
      const bytes = await readTile(deps, request.params['*'])
      return reply.type('application/octet-stream').header('cache-control', FOREVER).send(bytes)
    }
  })
}

function proofRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/log/proof/inclusion',
    config,
    schema: {
      operationId: 'proveInclusion',
      summary: 'Proof that an entry is in the log',
      tags,
      querystring: Type.Object({
        index: count('Position of the entry.', 2),
        size: Type.Optional(
          count(
            'Entries of the log that it is proved to be in; those of the newest signed head by default.',
            3
          )
        )
      }),
      response: {
        200: jsonAnswer(
          'RFC 9162 2.1.3.',
          named(
            'InclusionProof',
            Type.Object({ index: Type.Integer(), size: Type.Integer(), ...proved })
          ),
          { index: 2, size: 3, proof: [HASH], checkpoint: CHECKPOINT }
        )
      }
    },
    handler: (request) => readInclusion(deps, request.query.index, request.query.size).then(mutable)
  })

  app.route({
    method: 'GET',
    url: '/log/proof/consistency',
    config,
    schema: {
      operationId: 'proveConsistency',
      summary: 'Proof that the log only grew',
      tags,
      querystring: Type.Object({
        from: count('Entries of the head that you know.', 2),
        to: Type.Optional(
          count('Entries of the head that goes on from it; the newest signed one by default.', 3)
        )
      }),
      response: {
        200: jsonAnswer(
          'RFC 9162 2.1.4.',
          named(
            'ConsistencyProof',
            Type.Object({ from: Type.Integer(), to: Type.Integer(), ...proved })
          ),
          { from: 2, to: 3, proof: [HASH], checkpoint: CHECKPOINT }
        )
      }
    },
    handler: (request) => readConsistency(deps, request.query.from, request.query.to).then(mutable)
  })
}

/** What the registry hands out is read-only; the type provider wants arrays. */
function mutable<Answer extends { readonly proof: readonly string[] }>(answer: Answer) {
  return { ...answer, proof: [...answer.proof] }
}

function textAnswer(description: string, example: string) {
  return { description, content: { 'text/plain': { schema: { type: 'string' }, example } } }
}

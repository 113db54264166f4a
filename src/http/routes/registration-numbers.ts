import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  readNumber,
  readNumbers,
  releaseNumber,
  reserveNumber
} from '../../registry/epds/registration-numbers.ts'
import { emptyAnswer, idOf, jsonAnswer, named, recorded } from '../description/answers.ts'
import { pageOf, pageQuery, readPositionCursor, sendPage } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { Numeral } from './epd-fields.ts'

const tags = ['EPDs']
const config = { scope: 'epd:operate' } as const

const Reserved = named(
  'RegistrationNumber',
  Type.Object({
    number: Numeral,
    state: Type.Enum(['reserved', 'used']),
    epd: Type.Optional(idOf('the declaration that has it')),
    ...recorded
  })
)

const example = {
  number: 'DEMO-EPD-2026-0001',
  state: 'reserved',
  position: 300,
  recordedAt: '2026-11-20T09:00:00.000Z'
}

/** Registration numbers of the caller's programme: reserved beforehand, one declaration each. */
export async function registrationNumberRoutes(
  plain: FastifyInstance,
  options: RouteOptions
): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  keepRoutes(app, options)
  readRoutes(app, options)
}

function keepRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'POST',
    url: '/v1/registration-numbers',
    config,
    schema: {
      operationId: 'reserveRegistrationNumber',
      summary: 'Reserve a number of your programme',
      description: 'Unique in the programme. The same number again gives what stands.',
      tags,
      body: Type.Object(
        { number: Numeral },
        { additionalProperties: false, examples: [{ number: example.number }] }
      ),
      response: {
        200: jsonAnswer('It was taken before.', Reserved, example),
        201: jsonAnswer('Reserved.', Reserved, example)
      }
    },
    handler: async (request, reply) => {
      const { principal, body } = request
      const { record, created } = await reserveNumber(deps, { principal, ...body })
      reply.header('location', `/v1/registration-numbers/${encodeURIComponent(record.number)}`)
      return reply.code(created ? 201 : 200).send(record)
    }
  })

  app.route({
    method: 'DELETE',
    url: '/v1/registration-numbers/:number',
    config,
    schema: {
      operationId: 'releaseRegistrationNumber',
      summary: 'Give back a number that no declaration has',
      tags,
      params: Type.Object({ number: Numeral }),
      response: { 204: emptyAnswer('It is free again.') }
    },
    handler: async (request, reply) => {
      await releaseNumber(deps, { principal: request.principal, number: request.params.number })
      return reply.code(204).send(undefined)
    }
  })
}

function readRoutes(app: TypedApp, { deps }: RouteOptions): void {
  app.route({
    method: 'GET',
    url: '/v1/registration-numbers',
    config,
    schema: {
      operationId: 'listRegistrationNumbers',
      summary: 'The numbers that your programme has taken',
      description: 'Reserved and used ones; released ones are free again.',
      tags,
      querystring: Type.Object({ ...pageQuery }),
      response: { 200: jsonAnswer('A page.', pageOf(Reserved), { items: [example] }) }
    },
    handler: async (request, reply) => {
      const page = await readNumbers(deps, {
        principal: request.principal,
        after: readPositionCursor(request),
        limit: request.query.limit ?? 50
      })
      return sendPage(request, reply, page)
    }
  })

  app.route({
    method: 'GET',
    url: '/v1/registration-numbers/:number',
    config,
    schema: {
      operationId: 'readRegistrationNumber',
      summary: 'A number of your programme, and the declaration that has it',
      description: 'One that was released, or never reserved, is not there.',
      tags,
      params: Type.Object({ number: Numeral }),
      response: { 200: jsonAnswer('As it is taken now.', Reserved, example) }
    },
    handler: ({ principal, params: { number } }) => readNumber(deps, { principal, number })
  })
}

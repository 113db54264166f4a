import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readDeregistrations } from '../../registry/epds/list-deregistrations.ts'
import { idOf, jsonAnswer, named, recorded, SignedBy } from '../description/answers.ts'
import { asOf } from '../description/as-of.ts'
import { exampleStamp } from '../description/stamp.ts'
import { pageQuery, readPositionCursor } from '../paging.ts'
import type { RouteOptions, TypedApp } from '../route.ts'
import { sendStampedPage, stampedPageOf } from '../stamped-page.ts'

const Deregistration = named(
  'Deregistration',
  Type.Object({
    id: idOf('the declaration'),
    version: Type.String(),
    name: Type.Record(Type.String(), Type.String(), { description: 'By language.' }),
    organization: idOf('the owner'),
    ownerName: Type.String(),
    operator: idOf('the programme operator that withdrew it'),
    registrationNumber: Type.String(),
    reason: Type.String(),
    sha256: Type.String({ description: 'Of the exact bytes that were withdrawn, hex.' }),
    ...recorded,
    signedBy: SignedBy
  })
)

const example = {
  id: 'e7d1a2b3-1c2d-4e3f-8a4b-5c6d7e8f9a01',
  version: '1.0',
  name: { en: 'Sintered NdFeB magnet, grade N48H, coated' },
  organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
  ownerName: 'Demo Magnet Works Oy',
  operator: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b04',
  registrationNumber: 'DEMO-EPD-2026-0001',
  reason: 'The energy mix was wrong.',
  sha256: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
  position: 402,
  recordedAt: '2027-02-01T09:00:00.000Z',
  signedBy: {
    organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b04',
    key: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'
  }
}

/** The public list of declarations that were withdrawn. */
export async function deregistrationRoutes(
  plain: FastifyInstance,
  { deps }: RouteOptions
): Promise<void> {
  const app: TypedApp = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.route({
    method: 'GET',
    url: '/v1/deregistrations',
    config: { scope: 'public' },
    schema: {
      operationId: 'listDeregistrations',
      summary: 'Declarations that were withdrawn: who, when, under which number, why',
      description:
        'In the order of their withdrawal. They stay readable and are shown as withdrawn.',
      tags: ['EPDs'],
      querystring: Type.Object({
        ...pageQuery,
        operator: Type.Optional(idOf('the programme operator')),
        asOf
      }),
      response: {
        200: jsonAnswer('A page.', stampedPageOf(Deregistration), {
          ...exampleStamp,
          items: [example]
        })
      }
    },
    handler: async (request, reply) => {
      const { operator = null, asOf, limit = 50 } = request.query
      const page = await readDeregistrations(deps, {
        operator,
        ...(asOf === undefined ? {} : { asOf }),
        after: readPositionCursor(request),
        limit
      })
      return sendStampedPage(request, reply, page)
    }
  })
}

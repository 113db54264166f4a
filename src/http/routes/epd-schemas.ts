import { Type } from 'typebox'
import { epdWriters } from '../../formats/epd-writers.ts'
import { possibleStates } from '../../registry/epds/epd-record.ts'
import { type DescribedAnswer, idParam, jsonAnswer, named } from '../description/answers.ts'
import { asOf } from '../description/as-of.ts'
import { exampleStamp } from '../description/stamp.ts'
import { pageQuery } from '../paging.ts'
import { stampedPageOf } from '../stamped-page.ts'
import { contentOf, documentContent } from './epd-content.ts'
import {
  exampleEpd as document,
  EpdRecord,
  Finding,
  findingExample,
  ReadEpd,
  recordExample,
  Version
} from './epd-fields.ts'

const tags = ['EPDs']
const VersionQuery = Type.Object({ version: Type.Optional(Version) })

const validOn = Type.Optional(
  Type.String({
    maxLength: 10,
    description: 'The version that was valid on the day, YYYY-MM-DD.',
    examples: ['2027-01-01']
  })
)
const params = idParam('the declaration')

const narrowed = (description: string, example: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description, examples: [example] }))

export const listEpdsSchema = {
  operationId: 'listEpds',
  summary: 'Declarations in the order in which they came',
  description:
    'Each in the newest version that the caller may see: published, superseded, expired, withdrawn and external ones are public; owner, practitioner, verifiers and operators see the others too. With `status` the newest version in that state, with `validOn` the one that was valid on the day, with `asOf` as known then. Everything given must hold, for that one version. Case, accents, spaces and punctuation do not count. `status=draft` lists your own drafts.',
  tags,
  querystring: Type.Object({
    ...pageQuery,
    q: narrowed(
      'Words that all occur: anywhere in names (every language), parties, codes and numbers, or at the start of a word of the description. Or the whole number that it is registered under here, whatever the document says.',
      'ndpr oxide'
    ),
    stage: narrowed('Id of the last process stage.', 'separation'),
    product: narrowed('Id of a product class.', 'separated_oxide'),
    element: narrowed('Symbol of an element that the composition names, also in an oxide.', 'Nd'),
    country: narrowed('Where it holds or a site stands: ISO 3166-1 alpha-2 or UN M49.', 'MY'),
    owner: narrowed('The owner: id of the organization, or its name.', 'Example Magnets'),
    operator: narrowed(
      'The programme operator: id of the organization, or its name.',
      'EPD International'
    ),
    standard: narrowed('A standard that it complies with.', 'EN 15804+A2'),
    pcr: narrowed('Product category rules, by id or name.', 'epd-international-2024-01'),
    status: Type.Optional(
      Type.Enum([...possibleStates], {
        description:
          'The state of the version that is looked for; with `validOn`, of the one that was valid then.'
      })
    ),
    validOn: Type.Optional(
      Type.String({
        maxLength: 10,
        description:
          'Valid on the day, YYYY-MM-DD, both ends included. Where only a year or a month was stated, its first or last day counts (`precision`).',
        examples: ['2027-01-01']
      })
    ),
    asOf,
    updatedSince: Type.Optional(
      Type.String({
        maxLength: 40,
        description:
          'Submitted or moved to another state on that day or at that time (RFC 3339, the + of an offset as %2B), or later. That a validity ends is no move: it follows from `validUntil`.',
        examples: ['2026-11-23T12:00:00Z', '2026-11-23']
      })
    )
  }),
  response: {
    200: jsonAnswer('A page.', stampedPageOf(EpdRecord), {
      ...exampleStamp,
      items: [recordExample]
    })
  }
}

const Losses = Type.Array(
  Type.Object({
    of: Type.Enum(['declaration', 'document'], {
      description:
        'Where it is said: in the declaration as the native format writes it, or only in the document that was submitted.'
    }),
    pointer: Type.String({ description: 'RFC 6901 pointer into it.' }),
    message: Type.String()
  })
)

/** The JSON is put together around the document's own bytes, not serialized by this schema. */
const readAnswer: DescribedAnswer = {
  description: 'The version asked for, else the newest.',
  content: {
    // Every name of every format, read or only written; plain JSON is the record.
    ...documentContent,
    ...Object.fromEntries(epdWriters.map(({ name, mediaType }) => [mediaType, contentOf(name)])),
    'application/json': {
      schema: named(
        'EpdAnswer',
        Type.Object({ ...ReadEpd.properties, losses: Type.Optional(Losses) })
      ),
      example: { ...recordExample, snapshot: exampleStamp, document }
    }
  }
}

export const readEpdSchema = {
  operationId: 'readEpd',
  summary: 'A version of a declaration with its document, or in another format',
  description:
    'JSON with the original document, or by `Accept` the declaration written anew in another format; then `Lodestone-Losses` counts what that format has no place for, and `losses` lists it. Any media type that documents are sent in asks for its format: `application/xml` is ILCD; that of soda4LCA is answered for what came in it. The exact bytes are at `/v1/epds/{id}/document`.',
  tags,
  params,
  querystring: Type.Object({
    ...VersionQuery.properties,
    validOn,
    asOf,
    losses: Type.Optional(
      Type.Enum(
        epdWriters.map(({ name }) => name),
        { description: 'Adds what this format could not hold.' }
      )
    )
  }),
  response: {
    200: readAnswer
  }
}

export const readEpdVersionsSchema = {
  operationId: 'readEpdVersions',
  summary: 'Every version of a declaration, oldest first',
  tags,
  params,
  querystring: Type.Object({ ...pageQuery, validOn, asOf }),
  response: {
    200: jsonAnswer(
      'The versions that the caller may see, own drafts last.',
      stampedPageOf(EpdRecord),
      {
        ...exampleStamp,
        items: [recordExample]
      }
    )
  }
}

export const readEpdDocumentSchema = {
  operationId: 'readEpdDocument',
  summary: 'The exact bytes that were submitted',
  description: 'With the media type that they came with. A version never changes.',
  tags,
  params,
  querystring: VersionQuery,
  response: {
    200: {
      description: 'The document.',
      content: Object.fromEntries(
        Object.keys(documentContent).map((type) => [type, { schema: {}, example: document }])
      )
    }
  }
}

export const readEpdFindingsSchema = {
  operationId: 'readEpdFindings',
  summary: 'What was found about a version and did not block it',
  tags,
  params,
  querystring: VersionQuery,
  response: {
    200: jsonAnswer('In the order of the rules.', Type.Object({ items: Type.Array(Finding) }), {
      items: [findingExample]
    })
  }
}

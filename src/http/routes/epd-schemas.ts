import { Type } from 'typebox'
import { epdWriters } from '../../formats/epd-writers.ts'
import { type DescribedAnswer, idParam, jsonAnswer } from '../answers.ts'
import { pageOf, pageQuery } from '../paging.ts'
import { contentOf, documentContent } from './epd-content.ts'
import {
  exampleEpd as document,
  EpdRecord,
  Finding,
  findingExample,
  ReadEpd,
  recordExample,
  State,
  SubmittedEpd,
  Version
} from './epd-fields.ts'

const tags = ['EPDs']
const body = {
  description: 'One declaration in one of the formats.',
  content: documentContent
}

const VersionQuery = Type.Object({ version: Type.Optional(Version) })

const asOf = Type.Optional(
  Type.String({
    maxLength: 40,
    description: 'What was known then: a position or an RFC 3339 time. Such answers never change.',
    examples: ['311', '2026-11-23T12:00:00Z']
  })
)
const validOn = Type.Optional(
  Type.String({
    maxLength: 10,
    description: 'The version that was valid on the day, YYYY-MM-DD.',
    examples: ['2027-01-01']
  })
)
const params = idParam('the declaration')

const told = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 500, description }))

export const submitEpdSchema = {
  operationId: 'submitEpd',
  summary: 'Submit a version of a declaration, or keep it as a draft',
  description:
    'The whole document, with its own id and version. `state=submitted` (the default) checks it and stores it for ever: 201, or 200 with the stored answer when the same was accepted before, or 422 with every finding and nothing stored. `state=draft` keeps it privately whatever its findings, in place of the draft before. Only the owner submits. `state=external` records a declaration that is registered elsewhere, for batches and `includes[]` to name: public at once, shown as external, without transitions. An ILCD zip with several process data sets is submitted whole or not at all, unsigned, and each declaration gets a zip of its own with what it refers to; the answer has `items` then.',
  tags,
  querystring: Type.Object({
    state: Type.Optional(Type.Enum(['submitted', 'draft', 'external'], { default: 'submitted' })),
    operator: told(
      'Of an external one, where the document does not say it: the programme operator.'
    ),
    registrationNumber: told('Of an external one, where the document does not say it.'),
    href: told('Of an external one: where the other registry shows it. Never fetched.')
  }),
  body,
  response: {
    200: jsonAnswer('It was there already, or the draft was replaced.', SubmittedEpd, {
      ...recordExample,
      findings: []
    }),
    201: jsonAnswer(
      'Stored; `items` where an archive held several.',
      Type.Union([SubmittedEpd, Type.Object({ items: Type.Array(SubmittedEpd) })]),
      { ...recordExample, findings: [findingExample] }
    )
  }
}

export const checkEpdSchema = {
  operationId: 'checkEpd',
  summary: 'Check a declaration without storing anything',
  description:
    'Dry run: the findings that submitting it would give as things stand. It is judged by the profiles that it claims through its standards, and by those in `profile`; what is only asked for refuses nothing. `profiles` says for each whether everything is met that it says shall be.',
  tags,
  querystring: Type.Object({
    profile: Type.Optional(
      Type.Union([Type.String({ maxLength: 200 }), Type.Array(Type.String(), { maxItems: 20 })], {
        description: 'Profiles to judge it by as well: repeated, or with commas between.',
        examples: ['crma-annex-v']
      })
    )
  }),
  body,
  response: {
    200: jsonAnswer(
      'Checked.',
      Type.Object({
        acceptable: Type.Boolean({ description: 'True when it would be accepted as it is.' }),
        findings: Type.Array(Finding),
        profiles: Type.Array(
          Type.Object({
            profile: Type.String(),
            version: Type.String(),
            name: Type.String(),
            claimed: Type.Boolean({ description: 'By the document; else it was asked for.' }),
            conforms: Type.Boolean(),
            findings: Type.Integer(),
            unchecked: Type.Array(Type.String())
          })
        )
      }),
      {
        acceptable: true,
        findings: [findingExample],
        profiles: [
          {
            profile: 'en15804-a2-ef3.1',
            version: '1.0.0',
            name: 'EN 15804+A2 with EF 3.1',
            claimed: true,
            conforms: true,
            findings: 0,
            unchecked: ['cut-off rules']
          }
        ]
      }
    )
  }
}

const narrowed = (description: string, ...examples: readonly string[]) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description, examples: [...examples] }))

export const listEpdsSchema = {
  operationId: 'listEpds',
  summary: 'Declarations in the order in which they came',
  description:
    'Each in the newest version that the caller may see: published, superseded, expired, withdrawn and external ones are public; owner, practitioner, verifiers and operators see the others too. With `status` the newest version in that state, with `validOn` the one that was valid on the day, with `asOf` as known then. Everything given must hold, for that one version. Case, accents, spaces and punctuation do not count. `status=draft` lists your own drafts.',
  tags,
  querystring: Type.Object({
    ...pageQuery,
    q: narrowed(
      'Words that all occur: anywhere in names (every language), parties, codes and numbers, or at the start of a word of the description.',
      'ndpr oxide'
    ),
    stage: narrowed('Id of the last process stage.', 'separation'),
    product: narrowed('Id of a product class.', 'separated_oxide'),
    element: narrowed('Symbol of an element that the composition names, also in an oxide.', 'Nd'),
    country: narrowed('Where it holds or a site stands: ISO 3166-1 alpha-2 or UN M49.', 'MY'),
    owner: narrowed('The owner: id of the organization, or its name.'),
    operator: narrowed('The programme operator: id of the organization, or its name.'),
    standard: narrowed('A standard that it complies with.', 'EN 15804+A2'),
    pcr: narrowed('Product category rules, by id or name.'),
    status: Type.Optional(State),
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
        description: 'Submitted or moved to another state at that time or later.',
        examples: ['2026-11-23T12:00:00Z', '2026-11-23']
      })
    )
  }),
  response: { 200: jsonAnswer('A page.', pageOf(EpdRecord), { items: [recordExample] }) }
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
      schema: Type.Object({ ...ReadEpd.properties, losses: Type.Optional(Losses) }),
      example: { ...recordExample, document }
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
  querystring: Type.Object({ validOn, asOf }),
  response: {
    200: jsonAnswer(
      'The versions that the caller may see, own drafts last.',
      Type.Object({ items: Type.Array(EpdRecord) }),
      { items: [recordExample] }
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

export const deleteDraftSchema = {
  operationId: 'deleteEpdDraft',
  summary: 'Delete a draft',
  tags,
  params,
  querystring: Type.Object({ version: Version }),
  response: { 204: { type: 'null', description: 'Deleted.' } }
}

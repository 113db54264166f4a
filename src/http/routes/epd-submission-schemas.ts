import { Type } from 'typebox'
import { idParam, jsonAnswer, named } from '../description/answers.ts'
import { documentContent } from './epd-content.ts'
import { Finding, findingExample, recordExample, SubmittedEpd, Version } from './epd-fields.ts'

const tags = ['EPDs']
const body = {
  description: 'One declaration in one of the formats.',
  content: documentContent
}

const told = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 500, description }))

/** One declaration, or those of an archive that held several. */
const Stored = Type.Union([SubmittedEpd, Type.Object({ items: Type.Array(SubmittedEpd) })])

export const submitEpdSchema = {
  operationId: 'submitEpd',
  summary: 'Submit a version of a declaration, or keep it as a draft',
  description:
    'The whole document, with its own id and version. `state=submitted` (the default) checks it and stores it for ever: 201, or 200 with the stored answer when the same was accepted before, or 422 with every finding and nothing stored. `state=draft` keeps it privately whatever its findings, in place of the draft before. Only the owner submits. `state=external` records a declaration that is registered elsewhere, for batches and `includes[]` to name: public at once, shown as external, without transitions. An ILCD zip with several process data sets is submitted whole or not at all, unsigned, and each declaration gets a zip of its own with what it refers to; the answer has `items` then, and no `Location`: each is at `/v1/epds/{id}` by its own id.',
  tags,
  querystring: Type.Object({
    state: Type.Optional(
      Type.Enum(['submitted', 'draft', 'external'], {
        default: 'submitted',
        description:
          'What becomes of the document: judged and stored for ever, kept as a draft, or recorded as registered elsewhere.'
      })
    ),
    operator: told(
      'Of an external one, where the document does not say it: the programme operator.'
    ),
    registrationNumber: told('Of an external one, where the document does not say it.'),
    href: told('Of an external one: where the other registry shows it. Never fetched.')
  }),
  body,
  response: {
    200: jsonAnswer('It was there already, or the draft was replaced.', Stored, {
      ...recordExample,
      findings: []
    }),
    201: jsonAnswer('Stored; `items` where an archive held several.', Stored, {
      ...recordExample,
      findings: [findingExample]
    })
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
      named(
        'CheckedEpd',
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
        })
      ),
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

export const deleteDraftSchema = {
  operationId: 'deleteEpdDraft',
  summary: 'Delete a draft',
  tags,
  params: idParam('the declaration'),
  querystring: Type.Object({ version: Version }),
  response: { 204: { type: 'null', description: 'Deleted.' } }
}

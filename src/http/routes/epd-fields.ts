import { Type } from 'typebox'
import { publishedSchemas } from '../../formats/published-schemas.ts'
import { possibleStates } from '../../registry/epds/epd-record.ts'
import { idOf, named, SignedBy } from '../description/answers.ts'
import { stamp } from '../description/stamp.ts'

/** What a programme calls a declaration. `.` and `..` are taken out of an address before it is sent. */
export const Numeral = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: String.raw`^([!-\-/-~]|[!-\-/-~][!-~]|\.[!-\-/-~]|[!-~][ -~]+[!-~])$`,
  description: 'As the programme writes it; printable ASCII, and neither `.` nor `..`.',
  examples: ['DEMO-EPD-2026-0001']
})

/** The declaration that examples show. */
export const [exampleEpd] = publishedSchemas().get('epd')?.schema.examples ?? []
const { id, version, name, product, declaredUnit } = exampleEpd as Record<string, unknown>

const State = Type.Enum([...possibleStates])

export const Version = Type.String({
  maxLength: 29,
  pattern: '^[0-9]{1,9}([.][0-9]{1,9}){0,2}$',
  description: 'One to three numbers: 1, 1.0 and 01.00.000 are the same version.',
  examples: ['1.0']
})

export const Finding = named(
  'EpdFinding',
  Type.Object({
    rule: Type.String({
      description: 'Rule of the review, E1 to E22, the rule of a profile, or `schema`.'
    }),
    code: Type.String({
      description:
        'Of each code the first hundred are told; `FINDINGS_LEFT_OUT`, as severe, says in `actual` how many there are.'
    }),
    severity: Type.Enum(['error', 'warning', 'info']),
    profile: Type.Optional(Type.String({ description: 'Whose rule it is, see /v1/profiles.' })),
    pointer: Type.String({
      description:
        'RFC 6901 pointer: into the native form, of findings of a format into the document.'
    }),
    source: Type.Optional(
      Type.String({
        description:
          'The place in a document of another format: XPath in XML, with doc() and the path of the file in a package, else a pointer.'
      })
    ),
    message: Type.String(),
    expected: Type.Optional(Type.String()),
    actual: Type.Optional(Type.String()),
    remedy: Type.Optional(Type.String({ description: 'How to mend it.' }))
  })
)

const StatedDate = Type.Object({
  date: Type.String({ description: 'Calendar day.' }),
  precision: Type.Enum(['day', 'month', 'year'])
})

export const Sha256 = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256, hex.',
  examples: ['0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0']
})

const Key = Type.Union([Type.String(), Type.Null()], {
  description: 'The key that signed the statement; null where nobody did.'
})

const StateSince = Type.Object({
  position: Type.Integer(),
  recordedAt: Type.String(),
  organization: Type.String({ description: 'Who brought it there.' }),
  key: Key,
  reason: Type.Optional(Type.String())
})

const Verification = Type.Object(
  {
    organization: idOf('the verifier'),
    key: Key,
    position: Type.Integer(),
    recordedAt: Type.String(),
    version: Type.String({ description: 'Another one where this version only edits it.' }),
    documentSha256: Sha256,
    reportSha256: Sha256
  },
  { description: 'The signed statement that it was verified, and what that covers.' }
)

const Registration = Type.Object(
  {
    organization: idOf('the programme operator'),
    key: Key,
    position: Type.Integer(),
    recordedAt: Type.String(),
    number: Type.String()
  },
  { description: 'The signed statement that it has a number of a programme.' }
)

const External = Type.Object(
  { operator: Type.String(), registrationNumber: Type.String(), href: Type.String() },
  { description: 'Where it is registered, in state external.' }
)

const fields = {
  id: Type.String(),
  version: Type.String({ description: 'As written in the document.' }),
  state: State,
  organization: Type.String({ description: 'The owner; of an external one whoever recorded it.' }),
  name: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'By language.' })),
  ownerName: Type.Optional(Type.String()),
  product: Type.Optional(Type.Object({ stage: Type.String(), class: Type.String() })),
  declaredUnit: Type.Optional(Type.Object({ value: Type.String(), unit: Type.String() })),
  standards: Type.Optional(Type.Array(Type.String())),
  methodSet: Type.Optional(Type.String()),
  boundary: Type.Optional(Type.String()),
  pcr: Type.Optional(Type.String()),
  operatorName: Type.Optional(Type.String()),
  registrationNumber: Type.Optional(Type.String()),
  published: Type.Optional(StatedDate),
  validFrom: Type.Optional(StatedDate),
  validUntil: Type.Optional(StatedDate),
  mediaType: Type.String(),
  sha256: Type.String({ description: 'Of the exact bytes, hex.' }),
  reportSha256: Type.Optional(Sha256),
  size: Type.Integer({ description: 'Bytes of the document.' }),
  position: Type.Optional(
    Type.Integer({
      description: 'Place in the one order of everything accepted; drafts have none.'
    })
  ),
  recordedAt: Type.Optional(Type.String()),
  savedAt: Type.Optional(Type.String({ description: 'Of a draft.' })),
  signedBy: Type.Optional(SignedBy),
  stateSince: Type.Optional(StateSince),
  verifier: Type.Optional(Type.String({ description: 'Who is verifying it, or has.' })),
  verification: Type.Optional(Verification),
  registration: Type.Optional(Registration),
  external: Type.Optional(External),
  endsOn: Type.Optional(
    Type.String({ description: 'First day for which it speaks no more: superseded or withdrawn.' })
  )
}

export const EpdRecord = named('EpdRecord', Type.Object(fields))
export const SubmittedEpd = named(
  'SubmittedEpd',
  Type.Object({ ...fields, findings: Type.Array(Finding) })
)
const Document = Type.Unsafe<Readonly<Record<string, unknown>>>({
  type: 'object',
  additionalProperties: true,
  description: 'As it was submitted, where that is JSON: by its schema in the native format.'
})

export const ReadEpd = Type.Object({
  ...fields,
  snapshot: Type.Object(stamp, {
    description: 'The state of the books that this was read in; `position` is that of the version.'
  }),
  document: Type.Optional(Document)
})

export const recordExample = {
  id,
  version,
  state: 'submitted',
  organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
  name,
  ownerName: 'Demo Separation Sdn Bhd',
  product: { stage: (product as Record<string, string>)['stage'], class: 'separated_oxide' },
  declaredUnit,
  standards: ['EN 15804+A2'],
  methodSet: 'EF 3.0',
  validUntil: { date: '2031-12-31', precision: 'year' },
  mediaType: 'application/json',
  sha256: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
  size: 2841,
  position: 311,
  recordedAt: '2026-11-23T12:00:00.000Z',
  signedBy: null,
  stateSince: {
    position: 311,
    recordedAt: '2026-11-23T12:00:00.000Z',
    organization: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03',
    key: null
  }
}

export const findingExample = {
  rule: 'E17',
  code: 'EPD_MODULE_OVERLAP',
  severity: 'warning',
  pointer: '/results/0/values/3',
  message: 'A1-A3 is stated beside A1, A2, A3 (25 figures): they are the same loads twice.',
  expected: 'A1-A3, or A1, A2, A3'
}

import { Type } from 'typebox'
import type { entryOf } from '../../registry/proofs/entry-of.ts'
import { named } from '../description/answers.ts'

const Bytes = (description: string) =>
  Type.String({ pattern: '^[A-Za-z0-9_-]*$', description: `${description} Base64url.` })

const place = {
  index: Type.Integer({ minimum: 0, description: 'Its position in the log.' }),
  proof: Type.Array(Bytes('A hash.'), {
    description: 'Inclusion proof in the checkpoint (RFC 9162).'
  })
}

const Opened = named(
  'OpenedEntry',
  Type.Object({
    ...place,
    statement: Bytes('What the entry says: JSON.'),
    salt: Type.Optional(Bytes('Opens a blind entry together with the statement.')),
    document: Type.Optional(Bytes('The exact bytes that the statement speaks of.'))
  })
)

const Blind = named(
  'BlindEntry',
  Type.Object({
    ...place,
    leaf: Bytes("Data of the leaf: what it says is not the reader's to know, or was erased.")
  })
)

const KINDS: Readonly<Record<keyof typeof entryOf, true>> = {
  event: true,
  batch: true,
  epd: true,
  organization: true,
  facility: true,
  entry: true
}

const Bundle = named(
  'Bundle',
  Type.Object({
    format: Type.Literal('lodestone-bundle@v1'),
    subject: Type.Object(
      {
        kind: Type.Enum(Object.keys(KINDS)),
        id: Type.String({ description: 'Its id; of an entry its index.' }),
        shown: Type.Optional(
          Type.Literal(false, {
            description:
              'Where nothing that is opened names it: of a batch its chain is proved, and not its id; anything else was erased.'
          })
        )
      },
      { description: 'What the bundle is about.' }
    ),
    checkpoint: Type.String({ description: 'The signed head of the log that covers all entries.' }),
    entries: Type.Array(Type.Union([Opened, Blind]), {
      minItems: 1,
      description: 'In ascending order of their index.'
    })
  })
)

/** The bundle is sent as the text that it was written as. */
export const BundleSchema = Type.Unsafe<string>(Bundle)

export const BUNDLE_EXAMPLE = {
  format: 'lodestone-bundle@v1',
  subject: { kind: 'event', id: '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03' },
  checkpoint:
    'lodestone.example/log\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n\n\u2014 lodestone.example/log M9e0luh4\u2026\n',
  entries: [
    {
      index: 1,
      proof: ['-sVCAfMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU8'],
      leaf: 'AjqWYmxf0Zl8m1nB9Cq8Yk2QdOa0b3q3m1nB9Cq8Yk2Q'
    },
    {
      index: 2,
      proof: ['-sVCAfMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU8'],
      statement: 'eyJ2IjoxLCJraW5kIjoiZXZlbnQifQ',
      salt: 'k1QdOa0b3q3m1nB9Cq8Yk2QdOa0b3q3m1nB9Cq8Yk2Q',
      document: 'eyJ0eXBlIjoiY29tbWlzc2lvbiJ9'
    }
  ]
}

import { epdCodecs } from '../../formats/media-types.ts'
import { exampleEpd } from './epd-fields.ts'

const SCHEMA = 'https://lodestone.example/schemas/epd.json'
const NAME = 'Neodymium-praseodymium oxide'

/** How a document of the JSON formats of others begins: enough to recognize it by. */
const BEGINNINGS: Readonly<Record<string, object>> = {
  openepd: { doctype: 'openEPD', product_name: NAME, declared_unit: { qty: 1, unit: 'kg' } },
  soda4lca: {
    processInformation: {
      dataSetInformation: {
        UUID: '5f0c7a3e-1d2b-4c6f-9a88-0e4d2b7c9f10',
        name: { baseName: [{ value: NAME, lang: 'en' }] }
      }
    }
  }
}

/**
 * What OpenAPI says of a document in a format, by the name of the format. Only the native format has a
 * schema of ours; the others are what their standards say.
 */
export function contentOf(format: string) {
  if (format === 'native') return { schema: { $ref: SCHEMA }, example: exampleEpd }
  const beginning = BEGINNINGS[format]
  if (beginning) return { schema: { type: 'object' }, example: beginning }
  const example = `(the bytes of a document in the format ${format})`
  return { schema: { type: 'string' }, example }
}

/** Every media type that a declaration may be sent in. */
export const documentContent = Object.fromEntries(
  epdCodecs.flatMap(({ name, mediaTypes }) => mediaTypes.map((type) => [type, contentOf(name)]))
)

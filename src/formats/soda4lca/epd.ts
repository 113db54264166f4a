import type { EpdTables } from '../../domain/epd/table.ts'
import { RegistryError } from '../../errors.ts'
import type { EpdCodec, ParsedEpd } from '../epd-codec.ts'
import { foreignHash } from '../foreign-hash.ts'
import { ilcdPlaces } from '../ilcd/places.ts'
import { readWhole } from '../ilcd/read-whole.ts'
import { isObject } from '../json-object.ts'
import { parseForeignJson } from '../strict-json.ts'
import { nodeOf } from './json-node.ts'

/** ILCD+EPD process data sets as soda4LCA serves them: `?format=json&view=extended`. */
export const soda4lcaEpd = {
  name: 'soda4lca',
  mediaTypes: ['application/vnd.soda4lca.process+json'],
  origin: { element: null, places: ilcdPlaces },
  parse(bytes: Uint8Array, tables: EpdTables, wanted?: { unread: boolean }): ParsedEpd {
    const document = parseForeignJson(bytes)
    if (!isObject(document)) {
      throw new RegistryError('BODY_INVALID', 'A process data set of soda4LCA is a JSON object.')
    }
    const tree = nodeOf(document)
    return readWhole(tree, tables, wanted?.unread ?? false)
  },
  contentHash: (bytes: Uint8Array) => foreignHash(parseForeignJson(bytes))
} satisfies EpdCodec

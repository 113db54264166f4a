import { diffEpds } from '../../domain/epd/diff.ts'
import type { Epd } from '../../domain/epd/epd.ts'
import { RegistryError } from '../../errors.ts'
import type { Transaction } from '../../storage/database.ts'
import {
  type EpdVersionRow,
  type EpdView,
  epdDocument,
  epdVersions
} from '../../storage/epds/epds.ts'
import type { Deps } from '../deps.ts'
import { type PermittedStatement, refuseOtherBytes } from './epd-statement.ts'
import { parseEpd } from './epd-submission.ts'

const MOST_DETAILS = 20

/**
 * The published version whose verification an editorial update keeps. Throws `TRANSITION_NOT_ALLOWED`
 * where none is published and verified here, or where the update changes more than words, naming every
 * field that does, and `STATEMENT_MISMATCH` where the statement speaks of another base.
 */
export async function editorialBase(
  deps: Deps,
  tx: Transaction,
  { command, row, view }: PermittedStatement & { readonly view: EpdView }
): Promise<EpdVersionRow> {
  const versions = await epdVersions(tx, view, row.epd)
  const base = versions.findLast(({ state }) => state === 'published')
  if (!base || base.verifiedPosition === null) {
    throw notAllowed('No published version is there that this one could be an edition of.')
  }
  refuseOtherBytes('/baseSha256', command.baseSha256, base.sha256)
  const before = await modelOf(deps, tx, base)
  const after = await modelOf(deps, tx, row)
  const { changes } = diffEpds(before, after, deps.reference)
  const substantive = changes.filter(({ editorial }) => !editorial)
  if (substantive.length === 0) return base
  throw new RegistryError(
    'TRANSITION_NOT_ALLOWED',
    `Version ${row.version} changes more than words, so it needs a verification of its own.`,
    {
      details: substantive.slice(0, MOST_DETAILS).map(({ field, before, after }) => ({
        pointer: field,
        message: `was ${before ?? 'not stated'}, is ${after ?? 'not stated'}`
      }))
    }
  )
}

async function modelOf(deps: Deps, tx: Transaction, row: EpdVersionRow): Promise<Epd> {
  const document = await epdDocument(tx, Number(row.position))
  if (document.length === 0) {
    throw notAllowed(`Version ${row.version} was lawfully erased: nothing can be compared with it.`)
  }
  const { epd } = await parseEpd({ mediaType: row.mediaType, document }, deps.reference)
  if (!epd) throw new Error(`version ${row.version} of ${row.epd} cannot be read any more`)
  return epd
}

function notAllowed(message: string): RegistryError {
  return new RegistryError('TRANSITION_NOT_ALLOWED', message)
}

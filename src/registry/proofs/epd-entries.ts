import { RegistryError } from '../../errors.ts'
import { epdStates } from '../../storage/epds/epd-states.ts'
import { epdVersions } from '../../storage/epds/epds.ts'
import type { Deps } from '../deps.ts'
import { inEpdSnapshot } from '../epds/epd-view.ts'
import { readEpdRecord } from '../epds/read-epd.ts'
import { stepsFor } from '../epds/read-epd-history.ts'
import type { EntryQuestion, EntryView } from './entry-of.ts'

/**
 * Everything that the log says of a version, as far as the caller may know it: the version, every
 * statement about it, and where it keeps the verification of another one, that one with it. Throws
 * `NOT_FOUND`, also for drafts.
 */
export function epdEntries(deps: Deps, question: EntryQuestion): Promise<EntryView[]> {
  return inEpdSnapshot(deps, question, async (tx, view) => {
    const record = await readEpdRecord(tx, view, question)
    const { position, verification } = record
    if (position === undefined) throw new RegistryError('NOT_FOUND', 'A draft is not in the log.')
    const versions = await epdVersions(tx, view, question.id)
    const row = versions.find((each) => Number(each.position) === position)
    if (!row) throw new Error(`version ${record.version} of ${record.id} went away`)
    const steps = await epdStates(tx, stepsFor(view, row))
    const base = versions.find(({ version }) => version === verification?.version)
    const positions = new Set([
      position,
      ...steps.map((step) => Number(step.position)),
      ...(verification ? [verification.position] : []),
      ...(base ? [Number(base.position)] : [])
    ])
    return [...positions].map((at) => ({ position: at, open: true }))
  })
}

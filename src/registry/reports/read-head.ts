import { DISCLAIMER } from '../../reports/report.ts'
import { reportKind } from '../../reports/table.ts'
import { readTimes } from '../../storage/batches/batch-history.ts'
import type { Queryable } from '../../storage/database.ts'
import type { Principal } from '../deps.ts'
import type { Stamp } from '../moment.ts'

/** What a report of this kind says of itself, as of the position of the stamp. */
export async function readHead(db: Queryable, stamp: Stamp, principal: Principal, kind: string) {
  const times = await readTimes(db, [stamp.position])
  return {
    title: reportKind(kind).title,
    asOf: stamp.asOf,
    position: stamp.position,
    dataCutoff: times.get(stamp.position) ?? stamp.asOf,
    requester: principal.organization,
    disclaimer: DISCLAIMER
  }
}

export type Head = Awaited<ReturnType<typeof readHead>>

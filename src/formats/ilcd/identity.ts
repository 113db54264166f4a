import { report } from '../../domain/epd/rules/table.ts'
import { versionKey } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import { isUuid } from '../../domain/ids.ts'
import type { EpdIdentity } from '../epd-codec.ts'
import { all, type IlcdNode, textAt } from './node.ts'

const UUID = ['processInformation', 'dataSetInformation', 'UUID'] as const
const VERSION = ['administrativeInformation', 'publicationAndOwnership', 'dataSetVersion'] as const

export function readIdentity(process: IlcdNode): EpdIdentity | null {
  const id = textAt(process, ...UUID)?.toLowerCase()
  const version = textAt(process, ...VERSION)
  if (id === undefined || version === undefined) return null
  return isUuid(id) && versionKey(version) !== null ? { id, version } : null
}

/** Of two ids one reader takes the first and another one the last: nothing may be filed under either. */
export function reviewIdentity(process: IlcdNode): Finding[] {
  return [UUID, VERSION].flatMap((path) => {
    const [first, ...others] = all(process, ...path)
    return others.map((other) =>
      report('EPD_DOCUMENT', {
        pointer: other.pointer,
        message: `The data set has more than one ${other.name}.`,
        expected: first?.text.trim() ?? '',
        actual: other.text.trim().slice(0, 60),
        remedy: 'Keep the one that is meant.'
      })
    )
  })
}

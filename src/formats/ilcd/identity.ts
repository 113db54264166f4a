import { report } from '../../domain/epd/rules/table.ts'
import { versionKey } from '../../domain/epd/version.ts'
import type { Finding } from '../../domain/finding.ts'
import { isUuid } from '../../domain/ids.ts'
import { childPointer } from '../../domain/pointer.ts'
import type { EpdIdentity } from '../epd-codec.ts'
import { all, type IlcdNode, textAt } from './node.ts'

const UUID = ['processInformation', 'dataSetInformation', 'UUID'] as const
const VERSION = ['administrativeInformation', 'publicationAndOwnership', 'dataSetVersion'] as const

export function readIdentity(process: IlcdNode): EpdIdentity | null {
  const id = textAt(process, ...UUID)?.toLowerCase()
  const version = textAt(process, ...VERSION)
  if (id === undefined || version === undefined) return null
  return isUuid(id) && isVersion(version) ? { id, version } : null
}

/** What a data set lacks to be named: it has no id or no version, or what stands there is none. */
export function missingIdentity(process: IlcdNode): Finding[] {
  const parts = [
    { path: UUID, is: isUuid, expected: 'a UUID' },
    { path: VERSION, is: isVersion, expected: 'numbers with points between, such as 01.00.000' }
  ].map((part) => ({ ...part, text: textAt(process, ...part.path) }))
  if (parts.every(({ text }) => text === undefined)) return [unnamed()]
  return parts
    .filter(({ text, is }) => text === undefined || !is(text.toLowerCase()))
    .map(({ path, text, expected }) =>
      report('EPD_DOCUMENT', {
        pointer: childPointer('', ...path),
        message:
          text === undefined
            ? `The data set has no ${path.at(-1)}.`
            : `This is no ${path.at(-1)} that data sets are named by.`,
        expected,
        ...(text === undefined ? {} : { actual: text.slice(0, 60) }),
        remedy: `Add the ${path.at(-1)} that the data set has where it is kept.`
      })
    )
}

function unnamed(): Finding {
  return report('EPD_DOCUMENT', {
    pointer: '/processInformation/dataSetInformation',
    message: 'The data set has no identity.',
    expected: 'UUID and administrativeInformation/publicationAndOwnership/dataSetVersion',
    remedy: 'Export the data set with its UUID and version.'
  })
}

function isVersion(text: string): boolean {
  return versionKey(text) !== null
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

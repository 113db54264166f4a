import type { EpdRule } from '../review.ts'
import { compareVersions, versionKey } from '../version.ts'
import { report } from './table.ts'

/** E1: versions only go up, so that the highest is always the newest. */
export const reviewVersion: EpdRule = ({ epd, current }) => {
  const key = versionKey(epd.version)
  if (!key) {
    return [
      report('EPD_VERSION', {
        pointer: '/version',
        message: 'The version is not one to three numbers with points between.',
        expected: 'for instance 1.0 or 00.02.000',
        actual: epd.version,
        remedy: 'Write numbers with points between, each higher than that of the version before.'
      })
    ]
  }
  if (!current || compareVersions(key, current.key) > 0) return []
  return [
    report('EPD_VERSION', {
      pointer: '/version',
      message: 'The version is not higher than the newest one that was submitted.',
      expected: `higher than ${current.version}`,
      actual: epd.version,
      remedy: 'Raise the version; earlier versions stay as they are for ever.'
    })
  ]
}

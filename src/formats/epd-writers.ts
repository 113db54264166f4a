import { csvEpdWriter } from './csv/write-epd.ts'
import type { EpdWriter } from './epd-codec.ts'
import { ilcdPackageWriter } from './ilcd/archive/write-package.ts'
import { ilcdEpdWriter } from './ilcd/write-epd.ts'
import { nativeEpdWriter } from './native/write-epd.ts'
import { openEpdWriter } from './openepd/write-epd.ts'

/** Every format in which declarations are given out: one line a format. */
export const epdWriters: readonly EpdWriter[] = [
  nativeEpdWriter,
  openEpdWriter,
  ilcdEpdWriter,
  ilcdPackageWriter,
  csvEpdWriter
]

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Epd } from '../../src/domain/epd/epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'

export type EpdName = 'magnet-n48h' | 'ndpr-oxide' | 'ndpr-metal-gate-to-gate'

// biome-ignore lint/suspicious/noExplicitAny: tests bend documents in every direction
export type EpdDocument = Record<string, any>

/** The exact text of a synthetic declaration. */
export function epdText(name: EpdName): string {
  return readFileSync(new URL(`../fixtures/epd/${name}.json`, import.meta.url), 'utf8')
}

/** The declaration that it is. */
export function epdNamed(name: EpdName): Epd {
  const { epd } = nativeEpd.parse(Buffer.from(epdText(name)))
  if (!epd) throw new Error(`${name} is no declaration`)
  return epd
}

/** A declaration under an id of its own, changed as the test wants it. */
export function epdDocument(
  name: EpdName,
  change: (document: EpdDocument) => void = () => {}
): EpdDocument {
  const document: EpdDocument = { ...JSON.parse(epdText(name)), id: randomUUID() }
  change(document)
  return document
}

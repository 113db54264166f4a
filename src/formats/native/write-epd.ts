import type { Epd } from '../../domain/epd/epd.ts'
import type { EpdResult, EpdValue } from '../../domain/epd/result.ts'
import { type StatedDate, statedText } from '../../domain/epd/stated-date.ts'
import type { EpdWriter, WrittenEpd } from '../epd-codec.ts'

/** The native format holds everything that the model does. */
export const nativeEpdWriter = {
  name: 'native',
  mediaType: 'application/vnd.lodestone.epd+json',
  write: (epd: Epd): WrittenEpd => ({
    bytes: Buffer.from(`${JSON.stringify(nativeDocument(epd), null, 2)}\n`),
    losses: []
  })
} satisfies EpdWriter

/** A declaration as the native format writes it. What it does not say is missing there too. */
export function nativeDocument(epd: Epd): Readonly<Record<string, unknown>> {
  const { published, validFrom, validUntil, verification, pcr, ...rest } = epd
  const document = {
    ...rest,
    ...dateAs('published', published),
    ...dateAs('validFrom', validFrom),
    ...dateAs('validUntil', validUntil),
    ...(verification
      ? { verification: { ...verification, ...dateAs('date', verification.date) } }
      : {}),
    ...(pcr ? { pcr: { ...pcr, ...dateAs('validUntil', pcr.validUntil) } } : {}),
    results: epd.results.map(writeResult)
  }
  return Object.fromEntries(
    Object.entries(document).filter(([, value]) => !Array.isArray(value) || value.length > 0)
  )
}

function dateAs(name: string, stated: StatedDate | undefined): Readonly<Record<string, string>> {
  return stated ? { [name]: statedText(stated) } : {}
}

function writeResult({ pointer: _pointer, values, ...result }: EpdResult): object {
  return { ...result, values: values.map(writeValue) }
}

function writeValue({ module, scenario, status, text }: EpdValue): object {
  const value = status === 'declared' ? text : status === 'not_declared' ? 'MND' : 'INA'
  return { module, ...(scenario === null ? {} : { scenario }), value }
}

import type { Finding } from '../finding.ts'
import { namesIn } from '../pointer.ts'
import type { Epd } from './epd.ts'

/** Where a document of another format says what the model holds. */
export interface EpdOrigin {
  /** The root element of XML, whose places are told as XPath; null for JSON. */
  readonly element: string | null
  /** True where the document is an archive: pointers into it begin with the path of a file. */
  readonly archive?: true
  /** RFC 6901 pointers into the native form, and the places of the same in the document. */
  readonly places: Readonly<Record<string, string>>
}

/**
 * Findings with the native pointer of what they speak of and, for a document of another format, its
 * place there (`source`). Rules of results point into the document, all others into the native form.
 */
export function placed(
  findings: readonly Finding[],
  epd: Epd,
  origin: EpdOrigin | undefined
): readonly Finding[] {
  if (!origin) return findings
  const natives = nativePointers(epd)
  return findings.map((finding) => {
    const [document, rest] = longestOf(finding.pointer, (pointer) => natives.has(pointer))
    const pointer = document === null ? finding.pointer : `${natives.get(document)}${rest}`
    const place = document ?? placeOf(pointer, origin)
    return place === null ? finding : { ...finding, pointer, source: sourceOf(place, origin) }
  })
}

/** Findings of the format, which point into the document, with their place there as `placed` has it. */
export function located(
  findings: readonly Finding[],
  origin: EpdOrigin | undefined
): readonly Finding[] {
  if (!origin) return findings
  return findings.map((finding) =>
    finding.pointer === '' ? finding : { ...finding, source: sourceOf(finding.pointer, origin) }
  )
}

/** Pointers of results and values in the document, with their native ones. */
function nativePointers({ results }: Epd): ReadonlyMap<string, string> {
  return new Map(
    results.flatMap((result, index) => {
      const native = `/results/${index}`
      return [
        ...result.values.map((value, at) => [value.pointer, `${native}/values/${at}`] as const),
        [result.pointer, native] as const
      ].filter(([document]) => !document.startsWith('/results/'))
    })
  )
}

function placeOf(pointer: string, { places }: EpdOrigin): string | null {
  const [known] = longestOf(pointer, (each) => Object.hasOwn(places, each))
  return known === null ? null : (places[known] ?? null)
}

/** The longest beginning of a pointer that is known, and the rest of it. */
function longestOf(
  pointer: string,
  known: (pointer: string) => boolean
): readonly [string | null, string] {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    if (known(at)) return [at, pointer.slice(at.length)]
  }
  return [null, '']
}

/** Positions count from 0 in pointers and from 1 in XPath; names of any namespace but a stated one. */
function sourceOf(place: string, { element, archive }: EpdOrigin): string {
  if (element === null) return place
  const names = namesIn(place)
  const file = archive && isDataSet(names[0] ?? '') ? names.shift() : undefined
  const root = file === undefined ? `/*:${element}` : `doc('${quoted(encodeURI(file))}')/*`
  return `${root}${names.map(stepOf).join('')}`
}

function isDataSet(name: string): boolean {
  return name.toLowerCase().endsWith('.xml')
}

function quoted(text: string): string {
  return text.replaceAll("'", "''")
}

function stepOf(name: string): string {
  if (/^\d+$/.test(name)) return `[${Number(name) + 1}]`
  if (name.startsWith('{')) return `/Q${name}`
  return name.startsWith('@') ? `/@*:${name.slice(1)}` : `/*:${name}`
}

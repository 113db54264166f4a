import type { Epd } from '../epd.ts'
import { UNSTATED } from '../product.ts'

/** True where the declaration says something at an RFC 6901 pointer into its native form. */
export function isStated(epd: Epd, pointer: string): boolean {
  const value = pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((node, name) => {
      if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return undefined
      return (node as Readonly<Record<string, unknown>>)[name]
    }, epd)
  if (value === undefined || value === null || value === '' || value === UNSTATED) return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}

/**
 * Where the declaration says nothing of a field, as a pointer; null where it does. Of a field of every item of
 * a list (`*`) the first item that lacks it, or the list without items.
 */
export function silentAt(epd: Epd, field: string): string | null {
  const [list = '', ofItem] = field.split('/*')
  if (!isStated(epd, list)) return list
  if (ofItem === undefined) return null
  for (let index = 0; isStated(epd, `${list}/${index}`); index += 1) {
    if (!isStated(epd, `${list}/${index}${ofItem}`)) return `${list}/${index}${ofItem}`
  }
  return null
}

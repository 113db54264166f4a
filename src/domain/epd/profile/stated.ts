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

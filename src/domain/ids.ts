import { hash } from 'node:crypto'

declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]: Name }

export type OrganizationId = Id<'organization'>
export type FacilityId = Id<'facility'>
export type BatchId = Id<'batch'>
export type EventId = Id<'event'>
export type EpdId = Id<'epd'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** True for a lower-case RFC 9562 UUID of any version. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/**
 * A UUID of version 8 (RFC 9562 5.8) computed from the parts, so that the same parts name the same
 * thing on every machine. Used where the server names something a client may ask for twice.
 */
export function uuidFrom(...parts: readonly string[]): string {
  const hex = hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''))
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

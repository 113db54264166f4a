import type { EpdViewer } from '../domain/epd/viewer.ts'
import type { Principal } from './principal.ts'

/** Published declarations are everybody's; the rest needs `epd:read` and a part in the matter. */
export function epdViewer(principal: Principal | null): EpdViewer {
  if (!principal?.scopes.has('epd:read')) return { organization: null, seesUnpublished: false }
  const { organization, scopes } = principal
  const seesUnpublished = scopes.has('epd:operate') || scopes.has('epd:verify')
  return { organization, seesUnpublished }
}

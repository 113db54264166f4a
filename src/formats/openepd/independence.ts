import { report } from '../../domain/epd/rules/table.ts'
import { isSameName } from '../../domain/epd/same-name.ts'
import type { Finding } from '../../domain/finding.ts'
import type { Json } from '../json-object.ts'
import { objectAt, textAt } from './fields.ts'

/** Who verifies nothing of their own, by the fields of openEPD. */
const PARTIES = { manufacturer: 'owner', epd_developer: 'practitioner' } as const

/**
 * A verifier of the same web domain as the owner or the practitioner, whatever they are called: openEPD tells
 * organizations by it. Of the same name the rules judge.
 */
export function reviewIndependence(document: Json): Finding[] {
  const verifier = organizationAt(document, 'third_party_verifier')
  const same = Object.entries(PARTIES).find(([key]) => {
    const party = organizationAt(document, key)
    return (
      verifier.domain !== null &&
      verifier.domain === party.domain &&
      !isSameName(verifier.name, party.name)
    )
  })
  if (!same) return []
  const [key, role] = same
  return [
    report('EPD_REVIEWER', {
      pointer: '/third_party_verifier/web_domain',
      message: `The verifier has the web domain of the ${role}, so the verification is not independent.`,
      expected: `another domain than that of ${key}`,
      actual: `${verifier.name} (${verifier.domain})`,
      remedy: 'Name the independent verifier, with the domain of their own organization.'
    })
  ]
}

function organizationAt(document: Json, key: string) {
  const organization = objectAt(document, key)
  return {
    name: textAt(organization, 'name') ?? 'nobody named',
    domain: hostOf(textAt(organization, 'web_domain'))
  }
}

/** Many write the address of the home page; its path, port and `www` say nothing of whose it is. */
function hostOf(domain: string | undefined): string | null {
  if (domain === undefined) return null
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(domain) ? domain : `https://${domain}`
  if (!URL.canParse(address)) return null
  return new URL(address).hostname.replace(/^www\./, '').replace(/\.$/, '') || null
}

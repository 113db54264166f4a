import type { Epd } from '../epd.ts'
import { methodInName, standardNamed } from '../standard.ts'
import type { Profile, ProfileTable } from './profile.ts'

/** A profile that a declaration is judged by, and whether it claims it by itself. */
export interface ChosenProfile {
  readonly profile: Profile
  readonly claimed: boolean
}

/** The profiles that the declaration claims, and those that somebody asks for, each once. */
export function chosenProfiles(
  epd: Epd,
  asked: readonly string[],
  profiles: ProfileTable
): readonly ChosenProfile[] {
  const methods = methodsIn(epd)
  return [...profiles.values()].flatMap((profile) => {
    const claimed = epd.standards.some((standard) => isClaimed(profile, standard, methods))
    return claimed || asked.includes(profile.id) ? [{ profile, claimed }] : []
  })
}

/** A standard that a declaration names, and of whose methods it has no results. */
export interface UnmetClaim {
  readonly standard: string
  readonly pointer: string
  /** The methods that the profiles of the standard take. */
  readonly methods: readonly string[]
}

/** Standards that have profiles, none of which is claimed, since the results are of another method. */
export function unmetClaims(epd: Epd, profiles: ProfileTable): readonly UnmetClaim[] {
  const stated = methodsIn(epd)
  return epd.standards.flatMap((standard, index) => {
    const about = [...profiles.values()].filter(({ claims }) =>
      claims.some((claim) => standardNamed(claim.standard) === standardNamed(standard))
    )
    if (about.some((profile) => isClaimed(profile, standard, stated))) return []
    const named = methodInName(standard)
    const methods = about
      .flatMap(({ claims }) => claims.flatMap(({ method }) => method ?? []))
      .filter((method) => named === null || named === method)
    return methods.length === 0 ? [] : [{ standard, pointer: `/standards/${index}`, methods }]
  })
}

function methodsIn({ methodSet, results }: Epd): ReadonlySet<string | undefined> {
  return new Set([methodSet, ...results.map(({ method }) => method)])
}

/** By a standard that the document names, and by the method of its results where that decides. */
function isClaimed(
  { claims }: Profile,
  standard: string,
  methods: ReadonlySet<string | undefined>
): boolean {
  const named = methodInName(standard)
  return claims.some(
    (claim) =>
      standardNamed(claim.standard) === standardNamed(standard) &&
      (claim.method === null ||
        (methods.has(claim.method) && (named === null || named === claim.method)))
  )
}

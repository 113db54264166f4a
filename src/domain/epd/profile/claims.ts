import type { Epd } from '../epd.ts'
import { standardNamed } from '../standard.ts'
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
  return [...profiles.values()].flatMap((profile) => {
    const claimed = claims(epd, profile)
    return claimed || asked.includes(profile.id) ? [{ profile, claimed }] : []
  })
}

/** By a standard that the document names, and by the method of its results where that decides. */
function claims(epd: Epd, profile: Profile): boolean {
  const named = new Set(epd.standards.map(standardNamed))
  const methods = [epd.methodSet, ...epd.results.map(({ method }) => method)]
  return profile.claims.some(
    ({ standard, method }) =>
      named.has(standardNamed(standard)) && (method === null || methods.includes(method))
  )
}

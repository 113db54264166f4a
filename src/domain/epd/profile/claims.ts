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
  const named = new Set(epd.standards.map(standardNamed))
  const methods = new Set([epd.methodSet, ...epd.results.map(({ method }) => method)])
  return [...profiles.values()].flatMap((profile) => {
    const claimed = isClaimed(profile, named, methods)
    return claimed || asked.includes(profile.id) ? [{ profile, claimed }] : []
  })
}

/** By a standard that the document names, and by the method of its results where that decides. */
function isClaimed(
  { claims }: Profile,
  named: ReadonlySet<string>,
  methods: ReadonlySet<string | undefined>
): boolean {
  return claims.some(
    ({ standard, method }) =>
      named.has(standardNamed(standard)) && (method === null || methods.has(method))
  )
}

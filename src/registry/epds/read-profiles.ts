import type { Profile } from '../../domain/epd/profile/profile.ts'
import { RegistryError } from '../../errors.ts'
import type { Deps } from '../deps.ts'

/** A profile without its rules, and the name under which the log has its file. */
export interface ProfileSummary extends Omit<Profile, 'rules'> {
  readonly rules: number
  readonly subject: string
}

/** Every profile that this version of the software judges by, in the order of their ids. */
export function listProfiles({ reference }: Pick<Deps, 'reference'>): readonly ProfileSummary[] {
  return [...reference.epd.profiles.values()].map(({ rules, ...profile }) => ({
    ...profile,
    rules: rules.length,
    subject: subjectOf(profile.id)
  }))
}

/** One profile with its rules. Throws `NOT_FOUND`. */
export function readProfile(
  { reference }: Pick<Deps, 'reference'>,
  id: string
): Profile & { readonly subject: string } {
  const profile = reference.epd.profiles.get(id)
  if (profile) return { ...profile, subject: subjectOf(id) }
  throw new RegistryError('NOT_FOUND', `There is no profile ${id}.`)
}

/** Throws `REQUEST_INVALID` that names every profile that does not exist. */
export function refuseUnknownProfiles(
  { reference }: Pick<Deps, 'reference'>,
  asked: readonly string[]
): void {
  const { profiles } = reference.epd
  const unknown = asked.filter((id) => !profiles.has(id))
  if (unknown.length === 0) return
  const known = [...profiles.keys()].join(', ')
  throw new RegistryError('REQUEST_INVALID', `There is no profile ${unknown.join(', ')}.`, {
    details: unknown.map(() => ({ pointer: 'profile', message: `is one of ${known}` }))
  })
}

function subjectOf(id: string): string {
  return `data/profiles/${id}.json`
}

import type { Texts } from '../../domain/epd/texts.ts'
import { uuidFrom } from '../../domain/ids.ts'

/** The id that a data set is referred to by where it has none of its own: it follows from its name. */
export function idFromName(type: string, name: Texts): string {
  return uuidFrom('ilcd', type, JSON.stringify(name))
}

/** The id of a source, unless it was made of its name by us: then it says nothing that the name does not. */
export function ownIdOfSource(uuid: string | undefined, name: string): string | undefined {
  return uuid === idFromName('source data set', { en: name }) ? undefined : uuid
}

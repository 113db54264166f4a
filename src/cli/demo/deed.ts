import type { ActorId } from './cast.ts'
import type { Setting } from './document.ts'

/** One thing that happens in the story, as an event document of schemas/event.json. */
export interface Deed {
  readonly actor: ActorId
  /** What the terminal tells of it, without the actor. */
  readonly says: string
  readonly event: (at: Setting) => Readonly<Record<string, unknown>>
  /** The books are expected to refuse it, and the story stops to show why. */
  readonly refused?: true
}

/** Lines of the story that belong together. */
export interface Chapter {
  readonly title: string
  readonly deeds: readonly Deed[]
}

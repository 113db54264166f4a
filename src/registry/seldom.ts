/** What goes on is told again after so long. */
const AGAIN_MS = 60_000

/**
 * Tells of a failure at once, and of the same one again after a minute at the earliest: what is tried
 * twice a second would fill a disk with its log while the database is away, or while that disk is full.
 */
export function seldom(
  tell: (error: unknown) => void,
  nowMs: () => number = () => performance.now()
): (error: unknown) => void {
  let told: { readonly message: string; readonly atMs: number } | null = null
  return (error) => {
    const message = error instanceof Error ? error.message : String(error)
    const atMs = nowMs()
    if (told?.message === message && atMs - told.atMs < AGAIN_MS) return
    told = { message, atMs }
    tell(error)
  }
}

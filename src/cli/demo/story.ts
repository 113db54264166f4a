import type { Chapter } from './deed.ts'
import { delivery } from './delivery.ts'
import { mines } from './mines.ts'
import { ownAccount } from './own-account.ts'
import { purchases } from './purchases.ts'
import { separation } from './separation.ts'
import { sintering } from './sintering.ts'
import { tolling } from './tolling.ts'

/** The chain from two ores to three magnet batches, in the order in which it is recorded. */
export const story: readonly Chapter[] = [
  mines,
  separation,
  purchases,
  tolling,
  ownAccount,
  sintering,
  delivery
]

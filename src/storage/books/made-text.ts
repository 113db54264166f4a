import type { CustodyModel, Disclosure } from '../../domain/custody/event.ts'

/** What a batch was declared to be when it was made, as far as a graph shows it. */
export interface Look {
  readonly productClass: string
  readonly productName: string
  readonly stage: string | null
  readonly facility: string
  /** RFC 3339; null where it is the time of the event. */
  readonly producedAt: string | null
  readonly custodyModel: CustodyModel
  readonly disclosure: Disclosure
}

/** A batch that an event was the first to make. */
export interface MadeFirst {
  readonly birth: number
  readonly batch: string
  readonly massUg: bigint
  readonly number: string | null
  readonly look: Look
}

/**
 * `[position, run, ...]` with a run for outputs that follow each other and look alike: the members of the look,
 * then birth, batch, micrograms and number of each. Members are not named, since a recall reads thousands.
 */
type MadeRows = readonly [position: number, ...runs: Run[]]

type Run = readonly (string | number | null)[]

const LOOK = 7
const FIELDS = 4

/** What `event_made.body` holds, of outputs in the order of their lines. */
export function madeText(position: number, made: readonly MadeFirst[]): string {
  const runs: (string | number | null)[][] = []
  let last = ''
  for (const { birth, batch, massUg, number, look } of made) {
    const { productClass, productName, stage, facility, producedAt, custodyModel, disclosure } =
      look
    const kind = [productClass, productName, stage, facility, producedAt, custodyModel, disclosure]
    const key = JSON.stringify(kind)
    if (key !== last) runs.push(kind)
    last = key
    runs.at(-1)?.push(birth, batch, `${massUg}`, number)
  }
  return JSON.stringify([position, ...runs])
}

/** What an event was the first to make, as it is read: under the name of the event. */
export interface MadeOf extends MadeFirst {
  readonly event: string
}

/**
 * Reads bodies with commas between them. `eventAt` says what the event at a position is called; what those made
 * that it does not know is left out.
 */
export function readMade(
  bodies: string,
  eventAt: (position: number) => string | undefined
): { readonly position: number; readonly made: MadeOf[] }[] {
  const rows: readonly MadeRows[] = JSON.parse(`[${bodies}]`)
  const read: { position: number; made: MadeOf[] }[] = []
  for (const row of rows) {
    const [position] = row
    const event = eventAt(position)
    if (event === undefined) continue
    const made: MadeOf[] = []
    for (let n = 1; n < row.length; n += 1) addMade(row[n] as Run, event, made)
    read.push({ position, made })
  }
  return read
}

function addMade(run: Run, event: string, made: MadeOf[]): void {
  const look = lookOf(run)
  for (let n = LOOK; n < run.length; n += FIELDS) {
    made.push({
      event,
      batch: run[n + 1] as string,
      massUg: BigInt(run[n + 2] as string),
      birth: run[n] as number,
      number: run[n + 3] as string | null,
      look
    })
  }
}

function lookOf(run: Run): Look {
  return {
    productClass: run[0] as string,
    productName: run[1] as string,
    stage: run[2] as string | null,
    facility: run[3] as string,
    producedAt: run[4] as string | null,
    custodyModel: run[5] as CustodyModel,
    disclosure: run[6] as Disclosure
  }
}

import type { Terminal } from '../terminal.ts'
import type { Buyer } from './buyer.ts'
import { cast } from './cast.ts'
import { declarations, EPD_VERSION, epdDocument } from './epds.ts'
import { farewell } from './farewell.ts'
import { type Played, play } from './play.ts'
import { setProgramme } from './programme.ts'
import { askChain } from './questions/chain.ts'
import { askFootprint } from './questions/footprint.ts'
import { askOrigins } from './questions/origins.ts'
import { askVerdicts } from './questions/verdicts.ts'
import type { DemoService } from './service.ts'
import { type Stage, setStage } from './stage.ts'

export interface TellOptions {
  /** Milliseconds since 1970 when the command began. */
  readonly began: number
  readonly once: boolean
}

/** The whole demonstration on a service that runs: parties, declarations, story, questions. */
export async function tell(
  service: DemoService,
  terminal: Terminal,
  options: TellOptions
): Promise<void> {
  introduce(terminal)
  const stage = await setStage(service.admin, new Date())
  await declare(service, stage, terminal)
  const played = await play(stage, terminal)
  const buyer = buyerOf(stage, played, terminal)
  terminal.print()
  terminal.print(`  ${terminal.style('bold', 'Demo Motors asks')}`)
  await askOrigins(buyer, 1)
  await askChain(buyer, 2)
  await askFootprint(buyer, 3)
  await askVerdicts(buyer, 4)
  await farewell(stage, played, terminal, options)
}

function introduce(terminal: Terminal): void {
  terminal.print(
    'All companies are fictional; masses, grades and recoveries are published figures.'
  )
  terminal.print()
  for (const { name, country, does } of cast) {
    terminal.print(
      `    ${terminal.style('cyan', name.padEnd(15))}  ${terminal.style('dim', country)}  ${does}`
    )
  }
}

/** Owners submit; a verifier verifies and a programme registers and publishes, in signed statements. */
async function declare(service: DemoService, stage: Stage, terminal: Terminal): Promise<void> {
  const publish = await setProgramme(service.admin)
  for (const [index, declaration] of declarations.entries()) {
    const document = epdDocument(declaration, stage.setting)
    await stage.clientOf(declaration.actor).postJson('/v1/epds', document)
    const number = `DEMO-EPD-${String(index + 1).padStart(4, '0')}`
    await publish(stage.setting.epd(declaration.id), EPD_VERSION, number)
  }
  terminal.print()
  terminal.print(`  ${terminal.style('bold', 'Declarations')}`)
  terminal.print(
    `  ${terminal.style('green', '✓')} ${declarations.length} EPDs from concentrate to magnet: verified and registered in signed statements, published`
  )
}

function buyerOf(stage: Stage, { batches }: Played, terminal: Terminal): Buyer {
  const lots = new Map([...batches].map(([number, id]) => [id, number]))
  return {
    client: stage.clientOf('motors'),
    terminal,
    batch: (number) => {
      const id = batches.get(number)
      if (id === undefined) throw new RangeError(`the story has no batch ${number}`)
      return id
    },
    lot: (id) => lots.get(id) ?? id
  }
}

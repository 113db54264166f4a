import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ilcdEpdWriter } from '../../src/formats/ilcd/write-epd.ts'
import { nativeEpd } from '../../src/formats/native/epd.ts'
import { loadReference } from '../../src/reference.ts'
import type { Context } from '../context.ts'
import { measureCosts } from '../costs.ts'
import { figure, type Row } from '../figure.ts'
import { partsOf } from '../register-cast.ts'

const FIXTURE = new URL('../../test/fixtures/epd/magnet-n48h.json', import.meta.url)
const BYTES = 200_000
/** A service runs for days; after fewer documents than this Node is still compiling what reads them. */
const WARM_UP_DOCUMENTS = 300

/** Declarations of 200 KB in ILCD XML, one after the other: parsed, checked and stored. */
export async function epdFigures(context: Context): Promise<Row[]> {
  const { here, plan, progress } = context
  const maker = partsOf(here.service.cast).companies.find(({ trade }) => trade === 'magnets')
  if (!maker) throw new Error('nobody makes magnets')
  const { id, text } = largeDeclaration()
  const submitMany = async (seconds: number, atLeast = 0) => {
    const begun = performance.now()
    let requests = 0
    for (; requests < atLeast || performance.now() - begun < seconds * 1000; requests += 1) {
      await submit(here.service.address, maker.token, text.replaceAll(id, randomUUID()))
    }
    return { requests, seconds: (performance.now() - begun) / 1000 }
  }
  await submitMany(plan.warmUpSeconds, plan.name === 'smoke' ? 0 : WARM_UP_DOCUMENTS)
  const perSecond: number[] = []
  for (let round = 0; round < plan.rounds; round += 1) {
    const before = (await here.usage()).cpuMicroseconds
    const { requests } = await submitMany(plan.seconds / 2)
    const used = ((await here.usage()).cpuMicroseconds - before) / 1e6
    perSecond.push(requests / used)
    progress(`round ${round + 1} of ${plan.rounds}: ${(requests / used).toFixed(1)} documents/s`)
  }
  context.costs.push(await measureCosts(here, 'epds', () => submitMany(plan.seconds / 2)))
  return [
    figure(
      {
        figure: 'EPD parse, check and store, ILCD XML of 200 KB, per core of the service',
        unit: 'documents/s',
        floor: 50,
        aim: 200,
        better: 'more',
        costs: 'epds',
        note: `documents by processor seconds of the service, one request at a time, after ${WARM_UP_DOCUMENTS} that do not count`
      },
      perSecond
    )
  ]
}

/** The declaration of a magnet as ILCD XML, its inventory lengthened to the size that is asked for. */
function largeDeclaration(): { readonly id: string; readonly text: string } {
  const { epd: tables } = loadReference()
  const { epd } = nativeEpd.parse(readFileSync(FIXTURE))
  if (!epd) throw new Error('the fixture is no declaration')
  const text = ilcdEpdWriter.write(epd, tables).bytes.toString('utf8')
  const exchanges: string[] = []
  let bytes = Buffer.byteLength(text)
  for (let number = 1000; bytes < BYTES; number += 1) {
    const exchange = inventoryLine(number)
    exchanges.push(exchange)
    bytes += exchange.length
  }
  return { id: epd.id, text: text.replace('</exchanges>', `${exchanges.join('')}</exchanges>`) }
}

function inventoryLine(number: number): string {
  return `    <exchange dataSetInternalID="${number}">
      <referenceToFlowDataSet type="flow data set" refObjectId="${randomUUID()}">
        <common:shortDescription xml:lang="en">Input ${number} of the inventory</common:shortDescription>
      </referenceToFlowDataSet>
      <exchangeDirection>Input</exchangeDirection>
      <meanAmount>${(number / 7).toFixed(4)}</meanAmount>
    </exchange>
`
}

async function submit(address: string, token: string, body: string): Promise<void> {
  const answer = await fetch(`${address}/v1/epds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
    body
  })
  if (answer.status !== 201) throw new Error(`an EPD was refused: ${await answer.text()}`)
  await answer.arrayBuffer()
}

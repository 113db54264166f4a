import type { OriginsAnswer } from '../../../registry/trace/trace-origins.ts'
import { originLines } from '../../trace/origin-lines.ts'
import { answer, ask, type Buyer } from '../buyer.ts'

/** Where does the neodymium come from? Asked of the batch with the most mixed history. */
export async function askOrigins(buyer: Buyer, number: number): Promise<void> {
  ask(buyer, number, 'Where does the neodymium in magnet batch M-103 come from?')
  const path = `/v1/batches/${buyer.batch('M-103')}/origins?element=Nd&by=facility`
  const { elements = [] } = (await buyer.client.get(path)).json() as OriginsAnswer
  for (const element of elements) answer(buyer, originLines(element, buyer.terminal.style))
}

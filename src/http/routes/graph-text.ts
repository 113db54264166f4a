import type { Drawing, TreeEvent, TreeNode } from '../../domain/lineage/tree.ts'
import type { GraphHead, Onlooker } from '../../registry/trace/draw-meanwhile.ts'
import type { GraphInDrawing } from '../../registry/trace/trace-graph.ts'
import { HashedText, type Tagged } from '../hashed-text.ts'
import { encoded, PIECE } from '../long-text.ts'
import { eventWriter, nodeWriter } from './graph-pieces.ts'

/**
 * The very bytes that `JSON.stringify` makes of an answer. What is shown while the graph is still walked is
 * written then, and hashed as far as it stands at the beginning.
 */
export class GraphText implements Onlooker {
  /** Up to the last node that was shown. */
  #text: HashedText | null = null
  #shown = 0
  readonly #events = new Map<string, WrittenEvent>()

  begin(head: GraphHead): void {
    this.#begin(head)
  }

  nodes(drawing: Drawing<TreeNode>): void {
    if (this.#text) this.#addNodes(drawing, this.#text)
  }

  events(drawing: Drawing<TreeEvent>): void {
    const write = eventWriter()
    let texts: EventText[] = []
    let length = 0
    drawing((event) => {
      const text = `,${write(event)}`
      texts.push({ event: event.event, edges: event.inputs.length + event.outputs.length, text })
      length += text.length
      if (length < PIECE) return
      this.#keep(texts)
      texts = []
      length = 0
    })
    this.#keep(texts)
  }

  whole({ nodes, events, beyond, gaps, ...head }: GraphInDrawing): Tagged {
    // Of a walk that was cut off more is said of nodes, and less of what events made.
    const text = head.truncated === null && this.#text ? this.#text : this.#begin(head)
    this.#addNodes((show) => nodes(show, this.#shown), text)
    text.add('],"events":[')
    this.#addEvents(events, text)
    text.add(`],${JSON.stringify({ beyond, gaps }).slice(1)}`)
    return text.whole()
  }

  #keep(texts: readonly EventText[]): void {
    let whole = ''
    for (const { text } of texts) whole += text
    const bytes = encoded(whole)
    const isAscii = bytes.length === whole.length
    let end = 0
    for (const { event, edges, text } of texts) {
      const begin = end
      end += isAscii ? text.length : Buffer.byteLength(text)
      this.#events.set(event, { edges, bytes, begin, end })
    }
  }

  #begin(head: GraphHead): HashedText {
    const text = new HashedText()
    text.add(`${JSON.stringify(head).slice(0, -1)},"nodes":[`)
    this.#text = text
    this.#shown = 0
    this.#events.clear()
    return text
  }

  #addNodes(drawing: Drawing<TreeNode>, text: HashedText): void {
    const write = nodeWriter()
    drawing((node) => {
      text.add(`${this.#shown === 0 ? '' : ','}${write(node)}`)
      this.#shown += 1
    })
  }

  #addEvents(events: GraphInDrawing['events'], text: HashedText): void {
    const write = eventWriter()
    let isFirst = true
    /** Events that stand one behind the other are copied at once. */
    let run: Omit<WrittenEvent, 'edges'> | null = null
    const addRun = (): void => {
      if (run) text.addBytes(run.bytes.subarray(run.begin, run.end))
      run = null
    }
    const show = (event: TreeEvent): void => {
      addRun()
      text.add(`${isFirst ? '' : ','}${write(event)}`)
      isFirst = false
    }
    events(show, (event, edges) => {
      const written = this.#events.get(event)
      if (written?.edges !== edges) return false
      const { bytes, begin, end } = written
      if (run?.bytes === bytes && run.end === begin) {
        run = { bytes, begin: run.begin, end }
        return true
      }
      addRun()
      run = { bytes, begin: isFirst ? begin + COMMA : begin, end }
      isFirst = false
      return true
    })
    addRun()
  }
}

/** Length of the comma that stands before every event that is written meanwhile. */
const COMMA = 1

interface EventText {
  readonly event: string
  readonly edges: number
  readonly text: string
}

interface WrittenEvent extends Pick<EventText, 'edges'> {
  /** Where it stands from `begin` to `end`. */
  readonly bytes: Buffer
  readonly begin: number
  readonly end: number
}
